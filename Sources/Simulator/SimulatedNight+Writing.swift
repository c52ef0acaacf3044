internal import Compression
internal import Foundation
internal import Threads

extension SimulatedNight {
    /// Packets that are made and put in a tar together, on one core.
    private static let chunk = 64

    /// Writes the night as ZTF's public archive has it: a gzip tar of one `<candid>.avro` for each alert, in the order of
    /// arrival; and the truth beside it as CSV.
    ///
    /// - Parameters:
    ///   - path: The tarball; it appears under its name when it is whole.
    ///   - truth: The truth table, or `nil` for none.
    ///   - isStopped: Whether to stop; what is written so far is removed then.
    ///   - watch: Called now and then with the number of alerts written.
    /// - Throws: ``SimulatorError`` where a file cannot be written, and where it was stopped.
    package func write(
        to path: String, truth: String?, isStopped: () -> Bool = { false }, watch: (Int) -> Void = { _ in }
    ) throws(SimulatorError) {
        let tarball = try WholeFile(path)
        // One member, as the public archive has it: Python's tarfile, streaming, reads no second one.
        var gzip: GzipWriter
        do { gzip = try GzipWriter(level: 1) } catch { throw SimulatorError(.cannotEncode, detail: "\(error)") }
        var compressed: [UInt8] = []
        let table = try truth.map { (path) throws(SimulatorError) in try WholeFile(path) }
        try table?.write(Array((SimulatedAlert.truthHeader + "\n").utf8))
        var start = 0
        while start < alerts {
            guard !isStopped() else {
                throw SimulatorError(.stopped, path: path, detail: "stopped; nothing is written")
            }
            let cores = ProcessInfo.processInfo.activeProcessorCount
            let starts = Array(stride(from: start, to: min(alerts, start + cores * Self.chunk), by: Self.chunk))
            let pieces = try starts.concurrentMap { start throws(SimulatorError) in
                try piece(start..<min(alerts, start + Self.chunk))
            }
            for piece in pieces {
                try Self.compress(piece.tar, with: &gzip, into: &compressed)
                try tarball.write(compressed)
                compressed.removeAll(keepingCapacity: true)
                try table?.write(piece.truth)
            }
            start = min(alerts, start + cores * Self.chunk)
            watch(start)
        }
        // Two blocks of zeros end a tar.
        try Self.compress([UInt8](repeating: 0, count: 1024), with: &gzip, into: &compressed)
        do { try gzip.finish(to: &compressed) } catch { throw SimulatorError(.cannotEncode, detail: "\(error)") }
        try tarball.write(compressed)
        try tarball.finish()
        try table?.finish()
    }

    private struct Piece: Sendable {
        let tar: [UInt8]
        let truth: [UInt8]
    }

    private func piece(_ range: Range<Int>) throws(SimulatorError) -> Piece {
        var encoder = PacketEncoder(seed: seed)
        var tar: [UInt8] = []
        tar.reserveCapacity(range.count * 70_000)
        var truth = ""
        for index in range {
            let alert = alert(index)
            let packet = try encoder.encode(alert)
            tar += Self.tarHeader("\(alert.candid).avro", size: packet.count, time: alert.observation.jd)
            tar += packet
            tar.append(contentsOf: repeatElement(0, count: (512 - packet.count % 512) % 512))
            truth += alert.truthRow + "\n"
        }
        return Piece(tar: tar, truth: Array(truth.utf8))
    }

    private static func compress(
        _ bytes: [UInt8], with gzip: inout GzipWriter, into output: inout [UInt8]
    ) throws(SimulatorError) {
        do { try gzip.append(bytes[...], to: &output) } catch {
            throw SimulatorError(.cannotEncode, detail: "\(error)")
        }
    }

    /// Source: POSIX.1-1988 `ustar` interchange format.
    private static func tarHeader(_ name: String, size: Int, time jd: Double) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0)
        put("0000644\0" + "0000000\0" + "0000000\0", at: 100)
        put(octal(size, 11) + "\0", at: 124)
        put(octal(Int((jd - 2_440_587.5) * 86_400), 11) + "\0", at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\0" + "00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        return header
    }
}

/// A file that appears under its name only when it is whole; else nothing of it stays.
private final class WholeFile {
    private let path: String
    /// The same for every try, so that what a kill left is written over by the next.
    private let partial: String
    private let file: FileHandle
    private var isWhole = false

    init(_ path: String) throws(SimulatorError) {
        self.path = path
        partial = path + ".partial"
        guard FileManager.default.createFile(atPath: partial, contents: nil),
            let file = FileHandle(forWritingAtPath: partial)
        else { throw SimulatorError(.cannotWrite, path: path, detail: String(cString: strerror(errno))) }
        self.file = file
    }

    deinit { if !isWhole { unlink(partial) } }

    func write(_ bytes: [UInt8]) throws(SimulatorError) {
        do { try file.write(contentsOf: bytes) } catch { throw failed(error) }
    }

    func finish() throws(SimulatorError) {
        do { try file.close() } catch { throw failed(error) }
        isWhole = rename(partial, path) == 0
        guard isWhole else {
            throw SimulatorError(.cannotWrite, path: path, detail: String(cString: strerror(errno)))
        }
    }

    private func failed(_ error: any Error) -> SimulatorError {
        let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? (error as NSError).code
        return SimulatorError(
            .cannotWrite, path: path, detail: String(cString: strerror(CInt(truncatingIfNeeded: code))))
    }
}
