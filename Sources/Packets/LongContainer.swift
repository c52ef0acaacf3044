internal import Avro
internal import Glibc

/// A container longer than a packet may be, split into several: each is its header and some of its blocks.
struct LongContainer {
    private let member: String?
    private let limits: PacketLimits
    private let padding: Int64
    private var remaining: Int64?  // bytes of the container not yet passed; `nil` to the stream's end
    private var header: (bytes: ArraySlice<UInt8>, sync: [UInt8])?
    /// Bytes searched so far for the sync marker after a damaged block.
    private var searched: Int64?

    /// Bytes of a part: enough to make the header's share small, and no more, since a part is a copy and its inflated blocks
    /// may be many times as long.
    private static let partBytes = 2 << 20

    /// - Parameters:
    ///   - member: Its name in the source.
    ///   - bytes: Its length; `nil` if it ends with the stream.
    ///   - padding: Padding bytes that follow it.
    ///   - limits: Bounds on packets.
    init(member: String?, bytes: Int64?, padding: Int64, limits: PacketLimits) {
        self.member = member
        self.limits = limits
        self.padding = padding
        remaining = bytes
        isInTarball = bytes != nil
    }

    /// Whether it is a member of a tarball.
    let isInTarball: Bool

    /// Adds one part to the batch, or returns how many bytes it needs for that.
    mutating func step(_ window: inout PacketWindow, _ batch: inout BatchBuilder) -> PacketStep {
        guard remaining != 0 else {
            window.skip(padding)
            return .ended
        }
        if let searched { return search(&window, &batch, after: searched) }
        guard let header else { return readHeader(&window, &batch) }
        return readBlocks(header, &window, &batch)
    }

    /// Adds what is left at the stream's end as damaged.
    func finish(_ window: PacketWindow, _ batch: inout BatchBuilder) {
        guard window.count > 0, searched == nil else { return }
        let rest = window.next(limits.sampleBytes)
        batch.add(
            rest, member: member, byte: window.offset, problem: .damagedContainer("cut off in a block"), mayBeCut: true)
    }

    /// Whether bytes end before their container does; `true` for bytes that are not a container.
    static func mayBeCut(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard PacketKind(bytes) == .container else { return true }
        do throws(AvroError) {
            guard let header = try ContainerHeader.parse(prefix: bytes) else { return true }
            var rest = bytes.dropFirst(header.length)
            while !rest.isEmpty {
                guard let block = try ContainerBlockHeader.parse(prefix: rest) else { return true }
                let size = block.length + block.dataBytes + SyncMarker.count
                guard size <= rest.count else { return true }
                rest = rest.dropFirst(size)
            }
        } catch { return false }  // damaged: more bytes would not help
        return false
    }

    /// Bytes of the container in the window.
    private func available(_ window: PacketWindow) -> Int { Int(min(Int64(window.count), remaining ?? .max)) }

    private mutating func pass(_ count: Int64, _ window: inout PacketWindow) {
        let count = min(count, remaining ?? .max)
        window.skip(count)
        remaining = remaining.map { $0 - count }
    }

    private mutating func readHeader(_ window: inout PacketWindow, _ batch: inout BatchBuilder) -> PacketStep {
        let head = window.next(min(available(window), AvroLimits.headerBytes))
        let problem: String
        do throws(AvroError) {
            if let found = try ContainerHeader.parse(prefix: head) {
                header = (ArraySlice(Array(head.prefix(found.length))), found.sync.bytes)
                pass(Int64(found.length), &window)
                return .again
            }
            if Int64(head.count) < remaining ?? .max { return .needs(max(head.count * 2, 4_096)) }
            problem = "cut off in its header"
        } catch { problem = error.description }
        guard batch.hasRoom(for: 0) else { return .again }
        let size = remaining ?? window.stream.input.total ?? Int64(window.count)
        batch.add(
            window.next(min(available(window), limits.sampleBytes)), member: member, byte: window.offset,
            problem: .damagedContainer("\(size) bytes: \(problem)"))
        // Nothing of it can be read without its header.
        guard let remaining else { return .ended }
        pass(remaining, &window)
        return .again
    }

    private mutating func readBlocks(
        _ header: (bytes: ArraySlice<UInt8>, sync: [UInt8]), _ window: inout PacketWindow, _ batch: inout BatchBuilder
    ) -> PacketStep {
        let limit = min(Self.partBytes, limits.packetBytes - header.bytes.count)
        var length = 0
        while true {
            let block = nextBlock(after: length, header.sync, window)
            switch block {
            case .whole(let bytes) where length == 0 || length + bytes <= limit: length += bytes
            case _ where length > 0: return addPart(length, header.bytes, &window, &batch)
            case .whole: break  // not reached: the first whole block is always added
            case .needs(let bytes): return .needs(bytes)
            case .tooLong(let bytes):
                guard batch.hasRoom(for: limits.sampleBytes) else { return .again }
                batch.add(
                    window.next(min(available(window), limits.sampleBytes)), member: member, byte: window.offset,
                    problem: .tooLong(bytes: bytes))
                pass(bytes, &window)
                return .again
            case .damaged(let detail):
                guard batch.hasRoom(for: limits.sampleBytes) else { return .again }
                batch.add(
                    window.next(min(available(window), limits.sampleBytes)), member: member, byte: window.offset,
                    problem: .damagedContainer(detail))
                searched = 0
                return .again
            }
        }
    }

    private mutating func addPart(
        _ length: Int, _ header: ArraySlice<UInt8>, _ window: inout PacketWindow, _ batch: inout BatchBuilder
    ) -> PacketStep {
        guard batch.hasRoom(for: header.count + length) else { return .again }
        batch.add((header + window.next(length))[...], member: member, byte: window.offset)
        pass(Int64(length), &window)
        return .again
    }

    private enum Block {
        case whole(Int)
        case needs(Int)
        case tooLong(Int64)
        case damaged(String)
    }

    private func nextBlock(after length: Int, _ sync: [UInt8], _ window: PacketWindow) -> Block {
        let left = remaining.map { $0 - Int64(length) }
        let here = available(window) - length
        if left == 0 { return .needs(length) }
        do throws(AvroError) {
            // A block longer than a reader accepts is passed whole; a petabyte is damage.
            let bounds = ContainerLimits(blockBytes: 1 << 50)
            guard let block = try ContainerBlockHeader.parse(prefix: window.next(here, from: length), limits: bounds)
            else {
                guard Int64(here) < left ?? .max else { return .damaged("cut off in a block") }
                return .needs(length + here + 32)
            }
            let size = Int64(block.dataBytes) + Int64(block.length + SyncMarker.count)
            guard size <= left ?? .max else { return .damaged("a block of \(size) bytes reaches beyond the container") }
            guard size <= Int64(limits.packetBytes - (header?.bytes.count ?? 0)) else { return .tooLong(size) }
            guard size <= here else { return .needs(length + Int(size)) }
            let marker = window.next(SyncMarker.count, from: length + Int(size) - SyncMarker.count)
            guard marker.elementsEqual(sync) else { return .damaged("no sync marker after a block") }
            return .whole(Int(size))
        } catch { return .damaged(error.description) }
    }

    /// Passes everything up to the next sync marker. If none is found within the limit, the rest of the container is skipped.
    private mutating func search(
        _ window: inout PacketWindow, _ batch: inout BatchBuilder, after searched: Int64
    ) -> PacketStep {
        guard let sync = header?.sync else { return .ended }
        guard searched < limits.searchBytes else { return skipRest(&window, &batch) }
        let bytes = window.next(available(window))
        if let found = Self.end(of: sync, in: bytes) {
            self.searched = nil
            pass(Int64(found), &window)
            return .again
        }
        let isAll = Int64(bytes.count) == remaining
        let passed = isAll ? bytes.count : max(0, bytes.count - SyncMarker.count + 1)
        self.searched = searched + Int64(passed)
        pass(Int64(passed), &window)
        return isAll ? .again : .needs(SyncMarker.count + window.count)
    }

    private mutating func skipRest(_ window: inout PacketWindow, _ batch: inout BatchBuilder) -> PacketStep {
        guard batch.hasRoom(for: limits.sampleBytes) else { return .again }
        batch.add(
            window.next(min(available(window), limits.sampleBytes)), member: member, byte: window.offset,
            problem: .damagedContainer("no sync marker in \(limits.searchBytes) bytes: the rest is skipped"))
        guard let remaining else { return .ended }
        searched = nil
        pass(remaining, &window)
        return .again
    }

    /// Offset of the first byte after the marker.
    private static func end(of sync: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { bytes in
            guard var next = bytes.baseAddress else { return nil }
            let start = next
            let end = start + bytes.count
            while end - next >= sync.count, let found = memchr(next, Int32(sync[0]), end - next - sync.count + 1) {
                next = UnsafeRawPointer(found)
                if memcmp(next, sync, sync.count) == 0 { return next - start + sync.count }
                next += 1
            }
            return nil
        }
    }
}
