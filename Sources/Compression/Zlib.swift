internal import CISAL

/// zlib streams (RFC 1950) as PNG has them, written by ISA-L: many times as fast as zlib, a little larger, and not the same
/// bytes on every processor.
package enum Zlib {
    /// - Throws: ``CompressionError/Code/refused`` for more than 4 GB, which the library cannot count.
    package static func compressQuickly(_ bytes: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        // What does not shrink is stored, in blocks with a few bytes around each.
        let room = bytes.count + bytes.count / 64 + 4_096
        guard room <= Int(UInt32.max) else {
            throw CompressionError(.refused, .deflate, "\(bytes.count) bytes are too many for one stream")
        }
        let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
        let work = UnsafeMutablePointer<UInt8>.allocate(capacity: Int(NIGHTJAR_DEFLATE_WORK))
        defer {
            stream.deallocate()
            work.deallocate()
        }
        isal_deflate_init(stream)
        stream.pointee.level = 1
        stream.pointee.level_buf = work
        stream.pointee.level_buf_size = NIGHTJAR_DEFLATE_WORK
        stream.pointee.gzip_flag = UInt16(IGZIP_ZLIB)
        stream.pointee.end_of_stream = 1
        var status: Int32 = 0
        let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            bytes.span.bytes.withUnsafeBytes { input in
                // The library only reads through it; its declaration lacks the `const`.
                stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
                    .assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(room)
                status = isal_deflate(stream)
                count = room - Int(stream.pointee.avail_out)
            }
        }
        guard status == COMP_OK, stream.pointee.internal_state.state == ZSTATE_END else {
            throw CompressionError(.refused, .deflate, "ISA-L cannot deflate (status \(status))")
        }
        return output
    }
}
