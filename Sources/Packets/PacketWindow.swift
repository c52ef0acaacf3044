/// The part of a stream that is in memory: one array, filled once and then only read, so that packets are slices of it.
struct PacketWindow {
    let stream: ByteStream
    private(set) var bytes: [UInt8] = []
    private var position = 0
    private var base: Int64 = 0  // offset of the array's first byte in the stream
    private var discarding: Int64 = 0

    init(_ stream: ByteStream) { self.stream = stream }

    /// Bytes in the window.
    var count: Int { discarding > 0 ? 0 : bytes.count - position }

    /// Offset of the next byte in the stream.
    var offset: Int64 { base + Int64(position) }

    /// Whether the stream ends with the window.
    var isLast: Bool { stream.end != nil }

    /// Bytes that are to be skipped and not read yet.
    var missing: Int64 { discarding }

    /// The next `count` bytes after the first `from`, or as many as there are.
    func next(_ count: Int, from: Int = 0) -> ArraySlice<UInt8> {
        let start = min(position + from, bytes.count)
        return bytes[start..<min(start + count, bytes.count)]
    }

    /// Skips bytes, in the window or beyond it.
    mutating func skip(_ count: Int64) {
        let here = min(count, Int64(self.count))
        position += Int(here)
        discarding += count - here
    }

    /// Fills a new array: the rest of the old one, and the bytes that follow it.
    ///
    /// - Parameters:
    ///   - least: Bytes to wait for, unless the stream ends.
    ///   - capacity: Bytes to read if that needs no waiting.
    mutating func refill(atLeast least: Int, capacity: Int) {
        let rest = bytes[position...]
        let stream = stream
        var discarding = discarding
        var base = offset
        bytes = [UInt8](unsafeUninitializedCapacity: max(least, capacity)) { array, count in
            let buffer = UnsafeMutableRawBufferPointer(array)
            while discarding > 0 && stream.end == nil {
                let piece = Int(min(discarding, Int64(buffer.count)))
                let read = stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<piece]), atLeast: 1)
                discarding -= Int64(read)
                base += Int64(read)
            }
            guard discarding == 0 else { return }
            rest.withUnsafeBytes { buffer.copyMemory(from: $0) }
            count = rest.count
            let free = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            if !free.isEmpty { count += stream.read(into: free, atLeast: max(0, least - count)) }
        }
        self.discarding = discarding
        self.base = base
        position = 0
    }
}
