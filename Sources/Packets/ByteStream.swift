internal import Compression

/// The bytes of a source, inflated if they are gzip, written straight to the reader's buffer.
final class ByteStream {
    /// How a stream ended.
    enum End {
        case clean
        case broken(SourceError)
    }
    let input: ByteInput
    private(set) var end: End?
    /// Bytes read so far.
    private(set) var offset: Int64 = 0

    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 64)
    private var start = 0
    private var stop = 0
    private var hasInputEnded = false
    private var isGzip = false  // has a default, so that `deinit` runs if `init` throws
    private var gunzip = GunzipStream()
    private let isStopped: @Sendable () -> Bool
    /// Compressed and inflated bytes at the last check of the ratio.
    private var checked: (compressed: Int64, inflated: Int64) = (0, 0)
    private var inflated: Int64 = 0

    /// The ratio is checked every so many inflated bytes: they must come from at least a hundredth of them. Alerts shrink to a
    /// third; data that shrink to a thousandth are zeros, made to keep a reader busy.
    private static let ratioBytes: Int64 = 512 << 20
    private static let mostRatio: Int64 = 100
    // Large enough that the cost of a call is negligible, small enough for the processor's L2 cache.
    private static let bufferBytes = 256 << 10
    /// Bytes at the beginning of a source that identify it.
    static let headBytes = 64 << 10

    /// Reads the first 64 KiB, or the whole source if it is shorter.
    ///
    /// - Parameters:
    ///   - input: The source.
    ///   - isStopped: Checked before each read; ends the stream with ``SourceError/Code/stopped``.
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

    /// The first 64 KiB as the source stores them; before the first ``read(into:atLeast:)`` only.
    var head: [UInt8] { Array(buffer[..<min(stop, Self.headBytes)]) }

    /// Writes the next bytes to `output`; when no more follow, ``end`` says why.
    ///
    /// - Parameters:
    ///   - output: Filled as far as that needs no waiting.
    ///   - least: Bytes to wait for.
    /// - Returns: Bytes written; fewer than `least` only at the end.
    func read(into output: UnsafeMutableRawBufferPointer, atLeast least: Int) -> Int {
        var written = 0
        do throws(SourceError) {
            while end == nil && written < output.count {
                guard !isStopped() else { throw SourceError(.stopped, input.name, "reading was stopped") }
                if start == stop && !hasInputEnded {
                    if written >= least && !input.hasMoreAtOnce { break }
                    start = 0
                    stop = 0
                    stop = try input.read(into: buffer)
                    hasInputEnded = stop == 0
                }
                let rest = UnsafeMutableRawBufferPointer(rebasing: output[written...])
                written += isGzip ? inflate(into: rest) : copy(into: rest)
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
                .damaged, input.name, "\(to) bytes are inflated from \(from): alerts do not compress like that"))
    }
}
