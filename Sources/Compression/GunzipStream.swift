/// Gzip inflated piece by piece: several members one after the other, each checked against its CRC and length.
///
/// Source: RFC 1952. The caller gives compressed bytes and a buffer; nothing is copied or kept besides the 32 KiB
/// window. Zeros after a member, as `tar` and tape leave them, are padding; anything else there is damage.
package struct GunzipStream: ~Copyable {
    private enum Phase { case header, body, between, padding }

    private let state = InflateState()
    private var phase = Phase.header
    private var offset: Int64 = 0  // compressed bytes used so far
    private var failure: CompressionError?
    private var members: Int = 0

    /// A stream at its beginning.
    package init() { state.reset(.gzip) }

    /// Compressed bytes used so far.
    package var bytesRead: Int64 { offset }

    /// Inflates until the input is used up or the output is full; an output not filled asks for more input.
    ///
    /// - Parameters:
    ///   - input: The next compressed bytes: those not consumed by the call before, and what follows them.
    ///   - output: Where the data go; must not be empty.
    /// - Returns: Bytes of input consumed and of output written.
    /// - Throws: ``CompressionError`` for damage. The bytes written before it are in `output`, and
    ///   ``writtenBeforeFailure`` counts them; every later call throws the same.
    package mutating func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> (consumed: Int, written: Int) {
        precondition(!output.isEmpty, "inflating needs room")
        if let failure { throw failure }
        writtenBeforeFailure = 0
        var consumed = 0
        var written = 0
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: input[consumed...])
            switch phase {
            case .header:
                guard !rest.isEmpty else { return (consumed, written) }
                consumed += try readHeader(rest)
            case .body:
                guard written < output.count else { return (consumed, written) }
                let room = UnsafeMutableRawBufferPointer(rebasing: output[written...])
                let step = try readBody(rest, into: room, written: written)
                consumed += step.consumed
                written += step.written
                if phase == .body && step.consumed == 0 && step.written == 0 { return (consumed, written) }
            case .between:
                guard let first = rest.first else { return (consumed, written) }
                try startNext(first, written: written)
            case .padding:
                if let other = rest.firstIndex(where: { $0 != 0 }) {
                    offset += Int64(other)
                    throw fail(.trailingBytes, "bytes after the last member that are no gzip member", written)
                }
                offset += Int64(rest.count)
                return (input.count, written)
            }
        }
    }

    /// Output bytes of the last ``inflate(_:into:)`` that threw: what could be read before the damage.
    package private(set) var writtenBeforeFailure = 0

    /// Says that the compressed bytes have ended.
    ///
    /// - Throws: ``CompressionError/Code/truncated`` unless they ended behind a whole member.
    package func finish() throws(CompressionError) {
        if let failure { throw failure }
        switch phase {
        case .between, .padding: return
        case .header:
            throw CompressionError(.truncated, .gzip, at: offset, "cut off in the header of member \(members + 1)")
        case .body:
            throw CompressionError(.truncated, .gzip, at: offset, "cut off inside member \(members + 1)")
        }
    }

    private mutating func readHeader(_ input: UnsafeRawBufferPointer) throws(CompressionError) -> Int {
        let step = state.readHeader(input)
        offset += Int64(step.consumed)
        switch step.status {
        case .fine: phase = .body
        case .more: break
        case .damaged: throw fail(.damaged, "no gzip header", 0)
        case .wrongChecksum: throw fail(.wrongChecksum, "the header's checksum is wrong", 0)
        }
        return step.consumed
    }

    private mutating func readBody(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, written: Int
    ) throws(CompressionError) -> (consumed: Int, written: Int) {
        let step = state.inflate(input, into: output)
        offset += Int64(step.consumed)
        switch step.status {
        case .fine, .more: break
        case .damaged: throw fail(.damaged, "damage in member \(members + 1)", written + step.written)
        case .wrongChecksum:
            throw fail(.wrongChecksum, "member \(members + 1) does not fit its CRC and length", written + step.written)
        }
        if state.isFinished {
            members += 1
            phase = .between
        }
        return (step.consumed, step.written)
    }

    private mutating func startNext(_ first: UInt8, written: Int) throws(CompressionError) {
        switch first {
        case 0: phase = .padding
        case 0x1f:
            state.reset(.gzip)
            phase = .header
        default: throw fail(.trailingBytes, "bytes after the last member that are no gzip member", written)
        }
    }

    private mutating func fail(
        _ code: CompressionError.Code, _ detail: String, _ written: Int
    ) -> CompressionError {
        let error = CompressionError(code, .gzip, at: offset, detail)
        failure = error
        writtenBeforeFailure = written
        return error
    }
}
