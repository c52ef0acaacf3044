internal import CISAL

/// ISA-L's inflate state, at an address that does not move.
///
/// The library keeps its 32 KiB window inside the state, so each call may be given another output buffer.
struct InflateState: ~Copyable {
    private let state: UnsafeMutablePointer<inflate_state>
    private let header: UnsafeMutablePointer<isal_gzip_header>
    private static let most = 1 << 30  // the library counts in 32 bits

    enum Wrapper {
        case none, gzip

        var flag: UInt32 {
            switch self {
            case .none: UInt32(ISAL_DEFLATE)
            case .gzip: UInt32(ISAL_GZIP_NO_HDR_VER)  // the header is read apart, the trailer is checked
            }
        }
    }

    init() {
        state = .allocate(capacity: 1)
        header = .allocate(capacity: 1)
        isal_inflate_init(state)
    }

    deinit {
        state.deallocate()
        header.deallocate()
    }

    /// Forgets everything and waits for the first byte of a stream.
    func reset(_ wrapper: Wrapper) {
        isal_inflate_reset(state)
        isal_gzip_header_init(header)
        state.pointee.crc_flag = wrapper.flag
    }

    /// Whether the stream, its trailer included, has been read and all of its output handed over.
    var isFinished: Bool { state.pointee.block_state == ISAL_BLOCK_FINISH }

    /// Bytes taken from the input but not used when a stream without wrapper ends; a gzip trailer uses them all.
    var unreadBytes: Int { Int(state.pointee.read_in_length) / 8 }

    /// Reads a gzip header, which may come in several pieces.
    func readHeader(_ input: UnsafeRawBufferPointer) -> (consumed: Int, status: Status) {
        point(at: input)
        let status = isal_read_gzip_header(state, header)
        let consumed = min(input.count, Self.most) - Int(state.pointee.avail_in)
        return (consumed, Status(status))
    }

    /// Inflates until the input is used up, the output is full, or the stream ends.
    func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, written: Int, status: Status) {
        point(at: input)
        let room = min(output.count, Self.most)
        state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_out = UInt32(room)
        let status = isal_inflate(state)
        let consumed = min(input.count, Self.most) - Int(state.pointee.avail_in)
        return (consumed, room - Int(state.pointee.avail_out), Status(status))
    }

    private func point(at input: UnsafeRawBufferPointer) {
        // The library only reads through this pointer; its declaration merely lacks the `const`.
        let start = UnsafeMutableRawPointer(mutating: input.baseAddress)
        state.pointee.next_in = start?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_in = UInt32(min(input.count, Self.most))
    }

    enum Status {
        case fine, more, damaged, wrongChecksum

        init(_ code: Int32) {
            switch code {
            case ISAL_DECOMP_OK: self = .fine
            case ISAL_INCORRECT_CHECKSUM: self = .wrongChecksum
            default: self = code > 0 ? .more : .damaged
            }
        }
    }
}
