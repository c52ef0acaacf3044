/// Reads the packets of a tarball: v7, ustar, GNU and pax, and concatenated ones.
struct TarPackets {
    private let limits: PacketLimits
    private let prefix: String  // path of a tarball in a folder, with a slash; else empty
    private var longName: String?
    private var pax: PaxRecords?
    private var sparseData: Int64?  // data of a sparse member, after the rest of its map
    private var hasEndMark = false
    private(set) var skipped = 0

    /// Bytes of a pax header or long name: real ones have hundreds.
    private static let extensionBytes: Int64 = 1 << 20

    init(limits: PacketLimits, prefix: String) {
        self.limits = limits
        self.prefix = prefix
    }

    /// Reads one block or member.
    ///
    /// - Throws: ``SourceError`` where a header is missing or damaged; the window stays there.
    mutating func step(_ window: inout PacketWindow, _ batch: inout BatchBuilder) throws(SourceError) -> PacketStep {
        guard window.count >= TarBlock.bytes else { return .needs(TarBlock.bytes) }
        let block = window.next(TarBlock.bytes)
        if let data = sparseData {
            window.skip(Int64(TarBlock.bytes))
            if block[block.startIndex + 504] == 0 {
                window.skip(Self.padded(data))
                sparseData = nil
            }
            return .again
        }
        switch TarBlock(block) {
        case .zeros:
            hasEndMark = true
            window.skip(Int64(TarBlock.bytes))
            return .again
        case .damaged(let detail):
            throw SourceError(.damaged, batch.source, byte: window.offset, detail)
        case .header(let header):
            hasEndMark = false
            return try member(header, &window, &batch)
        }
    }

    /// Checks that a tarball may end with these bytes left.
    ///
    /// - Throws: ``SourceError/Code/truncated`` if it may not.
    func finish(_ window: PacketWindow, source: String) throws(SourceError) {
        let rest = window.next(TarBlock.bytes)
        guard hasEndMark, window.missing == 0, rest.allSatisfy({ $0 == 0 }) else {
            let detail =
                rest.isEmpty && window.missing == 0 ? "ends without a tarball's end mark" : "cut off in a member"
            throw SourceError(.truncated, source, byte: window.offset + Int64(window.count), detail)
        }
    }

    private mutating func member(
        _ header: TarHeader, _ window: inout PacketWindow, _ batch: inout BatchBuilder
    ) throws(SourceError) -> PacketStep {
        switch header.kind {
        case .pax, .longName:
            guard header.size <= Self.extensionBytes else {
                throw SourceError(.damaged, batch.source, byte: window.offset, "a tar header of \(header.size) bytes")
            }
            guard let data = whole(header.size, window) else { return .needs(TarBlock.bytes + Int(header.size)) }
            if header.kind == .longName {
                longName = TarHeader.text(data)
            } else {
                guard let records = PaxRecords(data) else {
                    throw SourceError(.damaged, batch.source, byte: window.offset, "a damaged pax header")
                }
                pax = records
            }
            window.skip(Int64(TarBlock.bytes) + Self.padded(header.size))
            return .again
        case .regular: return regular(header, &window, &batch)
        case .sparse(let isExtended): return sparse(header, isExtended: isExtended, &window, &batch)
        case .withoutData:
            pass(0, &window)
            return skip()
        case .other:
            pass(pax?.size ?? header.size, &window)
            return skip()
        }
    }

    private mutating func regular(
        _ header: TarHeader, _ window: inout PacketWindow, _ batch: inout BatchBuilder
    ) -> PacketStep {
        let size = pax?.size ?? header.size
        let name = prefix + (pax?.path ?? longName ?? header.name)
        if pax?.isSparse == true { return sparse(header, isExtended: false, &window, &batch) }
        let isLong = size > Int64(limits.packetBytes)
        let mayBeSplit = size > Int64(limits.containerBytes)
        let start = Int(min(size, Int64(isLong || mayBeSplit ? limits.sampleBytes : 4)))
        guard window.count >= TarBlock.bytes + start else { return .needs(TarBlock.bytes + start) }
        let head = window.next(start, from: TarBlock.bytes)
        guard name.hasSuffix(".avro") || PacketKind(head) != .unknown else {
            pass(size, &window)
            return skip()
        }
        let byte = window.offset + Int64(TarBlock.bytes)
        if mayBeSplit && PacketKind(head) == .container {
            pass(0, &window)
            return .split(LongContainer(member: name, bytes: size, padding: Self.padded(size) - size, limits: limits))
        }
        let packet = isLong ? head : window.next(Int(size), from: TarBlock.bytes)
        guard isLong || packet.count == Int(size) else { return .needs(TarBlock.bytes + Int(size)) }
        guard batch.hasRoom(for: packet.count) else { return .again }
        batch.add(packet, member: name, byte: byte, problem: isLong ? .tooLong(bytes: size) : nil)
        pass(size, &window)
        return .again
    }

    /// A sparse file: its data are stored without the holes, whose map may continue after the header.
    private mutating func sparse(
        _ header: TarHeader, isExtended: Bool, _ window: inout PacketWindow, _ batch: inout BatchBuilder
    ) -> PacketStep {
        let name = prefix + (pax?.path ?? longName ?? header.name)
        let isPacket = name.hasSuffix(".avro")
        if isPacket {
            guard batch.hasRoom(for: 0) else { return .again }
            batch.add([], member: name, byte: window.offset, problem: .sparse)
        }
        let size = pax?.size ?? header.size
        if isExtended { sparseData = size }
        pass(isExtended ? 0 : size, &window)
        return isPacket ? .again : skip()
    }

    private mutating func skip() -> PacketStep {
        skipped += 1
        return .again
    }

    /// Data of the member at the window's start, if the window holds all of them.
    private func whole(_ size: Int64, _ window: PacketWindow) -> ArraySlice<UInt8>? {
        let data = window.next(Int(size), from: TarBlock.bytes)
        return data.count == Int(size) ? data : nil
    }

    /// Skips the member at the window's start, and clears the extension headers that applied to it.
    private mutating func pass(_ size: Int64, _ window: inout PacketWindow) {
        window.skip(Int64(TarBlock.bytes) + Self.padded(size))
        longName = nil
        pax = nil
    }

    /// Size of data in whole blocks, bytes.
    private static func padded(_ size: Int64) -> Int64 { size + (512 - size % 512) % 512 }
}
