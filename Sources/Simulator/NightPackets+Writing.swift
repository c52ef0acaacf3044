internal import Compression
internal import Foundation
internal import Threads

extension NightPackets {
    /// Packets that are made together, on one core.
    package static var chunk: Int { 64 }

    /// Writes the night as ZTF's public archive has nights: a gzip tar of one `<id>.avro` for each alert, in the order of
    /// arrival; and the truth beside it as CSV. A file called `.tar` is not compressed, which takes most of the time.
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
        let isPlain = path.hasSuffix(".tar")
        var compressed: [UInt8] = []
        let table = try truth.map { (path) throws(SimulatorError) in try WholeFile(path) }
        try table?.write(Array((Self.truthHeader + "\n").utf8))
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
                if isPlain {
                    try tarball.write(piece.tar)
                } else {
                    try Self.compress(piece.tar, with: &gzip, into: &compressed)
                    try tarball.write(compressed)
                    compressed.removeAll(keepingCapacity: true)
                }
                try table?.write(piece.truth)
            }
            start = min(alerts, start + cores * Self.chunk)
            watch(start)
        }
        let end = Self.tarEnd
        if isPlain {
            try tarball.write(end)
        } else {
            try Self.compress(end, with: &gzip, into: &compressed)
            do { try gzip.finish(to: &compressed) } catch { throw SimulatorError(.cannotEncode, detail: "\(error)") }
            try tarball.write(compressed)
        }
        try tarball.finish()
        try table?.finish()
    }

    private func piece(_ range: Range<Int>) throws(SimulatorError) -> (tar: [UInt8], truth: [UInt8]) {
        let packets = try packets(range)
        var tar: [UInt8] = []
        tar.reserveCapacity(packets.reduce(0) { $0 + $1.bytes.count + 1024 })
        var truth = ""
        for packet in packets {
            packet.appendTarMember(to: &tar)
            truth += packet.truthRow + "\n"
        }
        return (tar, Array(truth.utf8))
    }

    /// Two blocks of zeros end a tar.
    package static var tarEnd: [UInt8] { [UInt8](repeating: 0, count: 1024) }

    private static func compress(
        _ bytes: [UInt8], with gzip: inout GzipWriter, into output: inout [UInt8]
    ) throws(SimulatorError) {
        do { try gzip.append(bytes[...], to: &output) } catch {
            throw SimulatorError(.cannotEncode, detail: "\(error)")
        }
    }

}

extension SimulatedPacket {
    /// Appends the packet as a member of a tar, `<id>.avro`.
    package func appendTarMember(to tar: inout [UInt8]) {
        tar += Self.tarHeader("\(id).avro", size: bytes.count, time: jd)
        tar += bytes
        tar.append(contentsOf: repeatElement(0, count: (512 - bytes.count % 512) % 512))
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
