/// The result of one step through a stream.
enum PacketStep {
    /// A packet was added or skipped, or the batch is full.
    case again
    /// The window must hold so many bytes.
    case needs(Int)
    /// A container too long for one packet begins here.
    case split(LongContainer)
    /// The stream or container has ended.
    case ended
}

/// The format of bytes, by their first ones.
enum PacketKind {
    case container  // Avro object container file
    case framed  // Confluent framing
    case unknown

    init(_ head: ArraySlice<UInt8>) {
        if head.starts(with: [0x4f, 0x62, 0x6a, 0x01]) {
            self = .container
        } else {
            self = head.first == 0 ? .framed : .unknown
        }
    }
}

/// Reads the packets of one stream: a tarball, or a container that is one packet or is split.
struct PacketStream {
    private enum Content {
        case unknown
        case whole
        case tar
        case long(LongContainer)
        case ended
    }
    private var window: PacketWindow
    private var content = Content.unknown
    private var tar: TarPackets
    private let limits: PacketLimits
    private let member: String?
    private let isAvro: Bool  // by its name

    /// - Parameters:
    ///   - stream: The stream at its start.
    ///   - name: The file's name or address; one that ends in `.avro` names a container.
    ///   - member: Path of the file in a folder.
    ///   - limits: Bounds on packets.
    init(_ stream: ByteStream, name: String, member: String?, limits: PacketLimits) {
        window = PacketWindow(stream)
        tar = TarPackets(limits: limits, prefix: member.map { $0 + "/" } ?? "")
        self.limits = limits
        self.member = member
        isAvro = name.hasSuffix(".avro")
    }

    var skipped: Int { tar.skipped }
    var bytesRead: Int64 { window.stream.input.bytesRead }
    var total: Int64? { window.stream.input.total }

    /// Adds packets until the batch is full, the next one must be waited for, or the stream ends.
    ///
    /// - Parameter batch: The batch.
    /// - Returns: Whether more may follow.
    /// - Throws: ``SourceError`` once all whole packets before the error were returned.
    mutating func add(to batch: inout BatchBuilder) throws(SourceError) -> Bool {
        while !batch.isFull {
            let next: PacketStep
            do throws(SourceError) { next = try step(&batch) } catch {
                // The window stays at the error: the next call fails again, then with an empty batch.
                guard batch.packets.isEmpty else { return true }
                throw error
            }
            switch next {
            case .again: break
            case .split(let container): content = .long(container)
            case .ended: return false
            case .needs(let bytes):
                if window.isLast {
                    guard batch.packets.isEmpty else { return true }
                    try finish(&batch)
                    content = .ended
                    return false
                }
                guard batch.packets.isEmpty else { return true }
                window.refill(atLeast: bytes, capacity: capacity(batch))
            }
        }
        return true
    }

    private func capacity(_ batch: BatchBuilder) -> Int { min(max(batch.maxBytes, 256 << 10), 64 << 20) }

    private mutating func step(_ batch: inout BatchBuilder) throws(SourceError) -> PacketStep {
        switch content {
        case .unknown: return try recognize(&batch)
        case .tar: return try tar.step(&window, &batch)
        case .whole: return whole(&batch)
        case .ended: return .ended
        case .long(var container):
            let step = container.step(&window, &batch)
            content = .long(container)
            guard case .ended = step else { return step }
            content = container.isInTarball ? .tar : .ended
            return .again
        }
    }

    private mutating func recognize(_ batch: inout BatchBuilder) throws(SourceError) -> PacketStep {
        guard window.count >= TarBlock.bytes || window.isLast else { return .needs(TarBlock.bytes) }
        let head = window.next(TarBlock.bytes)
        if case .broken(let error) = window.stream.end, head.count < TarBlock.bytes { throw error }
        let kind = PacketKind(head)
        if head.count == TarBlock.bytes, kind != .container {
            switch TarBlock(head) {
            case .header: content = .tar
            case .zeros where !isAvro: content = .tar
            default: break
            }
        }
        if case .tar = content { return .again }
        if kind == .unknown && !isAvro {
            guard !head.isEmpty else { throw SourceError(.noPackets, batch.source, "is empty") }
            throw SourceError(.unknownFormat, batch.source, Self.unknownFormat(head))
        }
        content = .whole
        return .again
    }

    /// The error for bytes that hold no packets; gzip is inflated already.
    private static func unknownFormat(_ head: ArraySlice<UInt8>) -> String {
        let formats: [(name: String, magic: [UInt8])] = [
            ("bzip2", [0x42, 0x5A, 0x68]), ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A]), ("zip", [0x50, 0x4B, 0x03, 0x04]),
            ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("gzip, twice", [0x1F, 0x8B]),
        ]
        let reason = "is neither a tarball nor an Avro container"
        guard let format = formats.first(where: { head.starts(with: $0.magic) }) else { return reason }
        return "\(reason), but compressed with \(format.name); decompress it first, or pipe it into 'nightjar run -'"
    }

    /// Adds the whole stream as one packet, once it has ended.
    private mutating func whole(_ batch: inout BatchBuilder) -> PacketStep {
        let head = window.next(limits.sampleBytes)
        let isContainer = PacketKind(head) == .container
        let most = isContainer ? limits.containerBytes : limits.packetBytes
        guard window.count > most else {
            // Twice as much each time; a file of known length is read at once.
            let known = total.map { Int(clamping: $0) } ?? 0
            let wanted = min(max(window.count * 2, known, TarBlock.bytes), most) + 1
            return .needs(max(wanted, window.count + 1))
        }
        guard isContainer else {
            // Its length is known only once it is read whole.
            batch.add(head, member: member, byte: 0, problem: .tooLong(bytes: total ?? Int64(window.count)))
            content = .ended
            return .again
        }
        return .split(LongContainer(member: member, bytes: nil, padding: 0, limits: limits))
    }

    /// Handles the end of the stream.
    private mutating func finish(_ batch: inout BatchBuilder) throws(SourceError) {
        if case .broken(var error) = window.stream.end {
            error.byte = window.offset + Int64(window.count)
            throw error
        }
        switch content {
        case .whole:
            let bytes = window.next(window.count)
            batch.add(bytes, member: member, byte: 0, mayBeCut: LongContainer.mayBeCut(bytes))
        case .tar: try tar.finish(window, source: batch.source)
        case .long(let container) where container.isInTarball: try tar.finish(window, source: batch.source)
        case .long(let container): container.finish(window, &batch)
        case .unknown, .ended: break
        }
    }
}
