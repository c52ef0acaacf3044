internal import Compression

/// The bytes of a source, inflated if they are gzip, written straight to where the reader wants them.
final class ByteStream {
    /// How a stream came to its end.
    enum End {
        case clean
        case broken(SourceError)
    }
    let input: ByteInput
    private(set) var end: End?
    /// Bytes handed out.
    private(set) var offset: Int64 = 0

    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 64)
    private var start = 0
    private var stop = 0
    private var hasInputEnded = false
    private var isGzip = false  // set from the first on, so that `deinit` runs if `init` throws
    private var gunzip = GunzipStream()
    private let isStopped: @Sendable () -> Bool
    /// How much was compressed and inflated when the ratio was looked at last, bytes.
    private var checked: (compressed: Int64, inflated: Int64) = (0, 0)
    private var inflated: Int64 = 0

    /// So many bytes at a time must come from a hundredth of them at least. Alerts' bytes shrink to a third; what shrinks to a
    /// thousandth is endless zeros, made to keep a reader busy.
    private static let ratioBytes: Int64 = 512 << 20
    private static let mostRatio: Int64 = 100
    // Large enough that the cost of a call is nothing, small enough to stay in the processor's second cache.
    private static let bufferBytes = 256 << 10
    /// As many bytes of a source tell it from others.
    static let headBytes = 64 << 10

    /// Reads the first 64 KiB, or all if there are less.
    ///
    /// - Parameters:
    ///   - input: Where the bytes come from.
    ///   - isStopped: Asked before each read; ends the stream with ``SourceError/Code/stopped``.
    /// - Throws: ``SourceError`` when they cannot be read.
    init(_ input: ByteInput, isStopped: @escaping @Sendable () -> Bool = { false }) throws(SourceError) {
        self.input = input
        self.isStopped = isStopped
        var filled = 0
        var isOver = false
        while filled < Self.headBytes && !isOver {
            let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            isOver = count == 0
            filled += count
        }
        stop = filled
        hasInputEnded = isOver
        isGzip = filled >= 2 && buffer[0] == 0x1f && buffer[1] == 0x8b
    }

    deinit { buffer.deallocate() }

    /// The first 64 KiB as the source keeps them; before the first ``read(into:atLeast:)`` only.
    var head: [UInt8] { Array(buffer[..<min(stop, Self.headBytes)]) }

    /// Writes the next bytes to `output`; when no more follow, ``end`` says why.
    ///
    /// - Parameters:
    ///   - output: Filled as far as bytes come without waiting.
    ///   - least: Waits until there are as many.
    /// - Returns: How many were written; less than `least` only at the end.
    func read(into output: UnsafeMutableRawBufferPointer, atLeast least: Int) -> Int {
        var written = 0
        do throws(SourceError) {
            while end == nil && written < output.count {
                guard !isStopped() else { throw SourceError(.stopped, input.name, "was left as asked") }
                if start == stop && !hasInputEnded {
                    if written >= least && !input.hasMoreAtOnce { break }
                    start = 0
                    stop = 0
                    stop = try input.read(into: buffer)
                    hasInputEnded = stop == 0
                }
                let room = UnsafeMutableRawBufferPointer(rebasing: output[written...])
                written += isGzip ? inflate(into: room) : copy(into: room)
            }
        } catch { end = .broken(error) }
        offset += Int64(written)
        return written
    }

    private func copy(into output: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(stop - start, output.count)
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<(start + count)]))
        start += count
        if start == stop && hasInputEnded { end = .clean }
        return count
    }

    private func inflate(into output: UnsafeMutableRawBufferPointer) -> Int {
        let input = UnsafeRawBufferPointer(rebasing: buffer[start..<stop])
        var written = 0
        do throws(CompressionError) {
            let step = try gunzip.inflate(input, into: output)
            start += step.consumed
            written = step.written
            inflated += Int64(written)
            if written < output.count && hasInputEnded {
                try gunzip.finish()
                end = .clean
            } else if inflated - checked.inflated >= Self.ratioBytes {
                checkRatio()
            }
        } catch {
            let isCut = error.code == .truncated
            if !isCut { written = gunzip.writtenBeforeFailure }
            end = .broken(SourceError(isCut ? .truncated : .damaged, self.input.name, error.description))
        }
        return written
    }

    private func checkRatio() {
        let (from, to) = (gunzip.bytesRead - checked.compressed, inflated - checked.inflated)
        checked = (gunzip.bytesRead, inflated)
        guard from * Self.mostRatio < to else { return }
        end = .broken(
            SourceError(
                .damaged, input.name, "\(to) bytes that are inflated from \(from): no alerts shrink like that"))
    }
}
