/// The part of a stream that is at hand: one array, filled once and then only read, so that packets are slices of it.
struct PacketWindow {
    let stream: ByteStream
    private(set) var bytes: [UInt8] = []
    private var position = 0
    private var base: Int64 = 0  // offset of the array's first byte in the stream
    private var discarding: Int64 = 0

    init(_ stream: ByteStream) { self.stream = stream }

    /// Bytes at hand.
    var count: Int { discarding > 0 ? 0 : bytes.count - position }

    /// Offset of the next byte in the stream.
    var offset: Int64 { base + Int64(position) }

    /// Whether nothing follows the bytes at hand.
    var isLast: Bool { stream.end != nil }

    /// Bytes that were to be skipped but have not come yet.
    var missing: Int64 { discarding }

    /// The next bytes, `from` on, as many as asked for and there.
    func next(_ count: Int, from: Int = 0) -> ArraySlice<UInt8> {
        let start = min(position + from, bytes.count)
        return bytes[start..<min(start + count, bytes.count)]
    }

    /// Steps over bytes, at hand or not.
    mutating func skip(_ count: Int64) {
        let here = min(count, Int64(self.count))
        position += Int(here)
        discarding += count - here
    }

    /// Takes a new array: the rest of the old one, and what follows it.
    ///
    /// - Parameters:
    ///   - least: Waits until as many bytes are at hand, or the stream has ended.
    ///   - capacity: Takes as many if they come without waiting.
    mutating func refill(atLeast least: Int, capacity: Int) {
        let rest = bytes[position...]
        let stream = stream
        var discarding = discarding
        var base = offset
        bytes = [UInt8](unsafeUninitializedCapacity: max(least, capacity)) { buffer, count in
            let room = UnsafeMutableRawBufferPointer(buffer)
            while discarding > 0 && stream.end == nil {
                let piece = Int(min(discarding, Int64(room.count)))
                let read = stream.read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<piece]), atLeast: 1)
                discarding -= Int64(read)
                base += Int64(read)
            }
            guard discarding == 0 else { return }
            rest.withUnsafeBytes { room.copyMemory(from: $0) }
            count = rest.count
            let free = UnsafeMutableRawBufferPointer(rebasing: room[count...])
            if !free.isEmpty { count += stream.read(into: free, atLeast: max(0, least - count)) }
        }
        self.discarding = discarding
        self.base = base
        position = 0
    }
}
