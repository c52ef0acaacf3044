internal import CZlib

/// zlib's deflate state, at an address that does not move: zlib keeps a pointer back to it.
///
/// Written with zlib and not ISA-L because its bytes do not depend on the processor.
struct Deflater: ~Copyable {
    enum Wrapper: Int32 {
        case none = -15
        case gzip = 31  // 15 bits of window, 16 for gzip: modification time 0, no name, OS byte 3 (Unix)
    }
    private let stream: UnsafeMutablePointer<z_stream>
    private let format: CompressionError.Format

    init(_ wrapper: Wrapper, level: Int) throws(CompressionError) {
        format = wrapper == .gzip ? .gzip : .deflate
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, Int32(clamping: level), Z_DEFLATED, wrapper.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            // The state is not open: deinit's deflateEnd then only answers that there is none.
            throw CompressionError(.refused, format, "zlib refuses level \(level) (status \(status))")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Appends to `output` what deflating `bytes` yields; with `finish`, also all that is left and the trailer.
    func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8], finish: Bool) throws(CompressionError) {
        try bytes.span.bytes.withUnsafeBytes { (input) throws(CompressionError) in
            var start = 0
            repeat {
                let count = min(input.count - start, 1 << 30)  // zlib counts in 32 bits
                let piece = UnsafeRawBufferPointer(rebasing: input[start..<(start + count)])
                start += count
                try run(piece, to: &output, finish: finish && start == input.count)
            } while start < input.count
        }
    }

    private func run(
        _ input: UnsafeRawBufferPointer, to output: inout [UInt8], finish: Bool
    ) throws(CompressionError) {
        // zlib only reads through next_in; its declaration lacks the `const` unless ZLIB_CONST is set.
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
            .assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(input.count)
        var status = Z_OK
        let room = 65_536
        repeat {
            output.append(addingCapacity: room) { span in
                span.withUnsafeMutableBufferPointer { buffer, count in
                    stream.pointee.next_out = buffer.baseAddress?.advanced(by: count)
                    stream.pointee.avail_out = UInt32(room)
                    status = deflate(stream, finish ? Z_FINISH : Z_NO_FLUSH)
                    count += room - Int(stream.pointee.avail_out)
                }
            }
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw CompressionError(.refused, format, "zlib cannot deflate (status \(status))")
            }
        } while stream.pointee.avail_out == 0
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
    }
}
