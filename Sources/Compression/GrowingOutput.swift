/// Unpacks into an array that doubles as it fills, so that memory follows the data and not what a header claims.
///
/// - Parameters:
///   - limit: The longest output allowed, bytes; the step is given at most one byte more, to notice that it is passed.
///   - first: Capacity of the first attempt, bytes.
///   - format: What an error says is being unpacked.
///   - step: Fills the buffer as far as it can; says how much it wrote and whether the data ended there.
/// - Returns: All that `step` wrote.
/// - Throws: What `step` throws, and ``CompressionError/Code/tooLong``.
func growOutput(
    limit: Int, first: Int, format: CompressionError.Format,
    step: (UnsafeMutableRawBufferPointer) throws(CompressionError) -> (written: Int, ended: Bool)
) throws(CompressionError) -> [UInt8] {
    precondition(limit >= 0)
    let limit = min(limit, Int.max / 4)  // so that doubling cannot overflow
    var output: [UInt8] = []
    var ended = false
    var capacity = min(limit + 1, max(first, 4_096))
    while !ended {
        let previous = output
        output = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count throws(CompressionError) in
            let raw = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: capacity)
            raw.copyBytes(from: previous)
            count = previous.count
            while !ended && count < capacity {
                let result = try step(UnsafeMutableRawBufferPointer(rebasing: raw[count...]))
                count += result.written
                ended = result.ended
            }
        }
        guard output.count <= limit else {
            throw CompressionError(.tooLong, format, "the data are longer than \(limit) bytes")
        }
        capacity = min(limit + 1, capacity * 2)
    }
    return output
}
