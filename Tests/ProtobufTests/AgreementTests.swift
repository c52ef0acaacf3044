import Foundation
import Protobuf
import TestServers
import Testing

/// Google's own implementation, PyPI's `protobuf`, reads what is written here and writes what is read here.
@Suite(.enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct AgreementTests {
    /// Each message's bytes as Google's library writes them, and as JSON.
    private func echo(_ messages: [[UInt8]]) throws -> [(bytes: [UInt8], json: String)] {
        let process = Process()
        process.executableURL = URL(filePath: try #require(PythonEnvironment.interpreter))
        process.arguments = [URL(filePath: #filePath).deletingLastPathComponent().appending(path: "echo.py").path]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let lines = messages.map { $0.map { String(format: "%02x", $0) }.joined() + "\n" }.joined()
        Thread.detachNewThread {
            try? input.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
            try? input.fileHandleForWriting.close()
        }
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return said.split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            let digits = Array(parts[0].utf8)
            let bytes = stride(from: 0, to: digits.count, by: 2).map { start in
                UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) ?? 0
            }
            return (bytes, String(parts[1]))
        }
    }

    private static let sample: [Everything] = {
        var empty = Everything()
        var full = Everything()
        full.int64 = .min
        full.int32 = -1
        full.sint64 = .min
        full.bool = true
        full.fixed64 = .max
        full.fixed32 = 0x0102_0304
        full.double = -1.5e-300
        full.float = .infinity
        full.string = "Ω Centauri \u{0} 🔭"
        full.bytes = Array(0...255)
        full.uint64 = .max
        full.packed = [0, 1, 127, 128, 1 << 63]
        full.map = ["a": "b", "b": ""]
        // Lengths of one, two and three bytes, and nesting.
        for length in [1, 120, 121, 126, 127, 128, 129, 16_383, 16_384, 70_000] {
            empty.bytes = [UInt8](repeating: 7, count: length)
            full.inner.append(empty)
        }
        empty.map = ["": "no key"]
        full.inner.append(empty)
        var nested = full
        for _ in 0..<20 {
            var outer = Everything()
            outer.inner = [nested]
            nested = outer
        }
        return [Everything(), full, nested]
    }()

    @Test func googleReadsWhatIsWritten() throws {
        let written = Self.sample.map(\.serialized)
        let echoed = try echo(written)
        #expect(echoed.count == written.count)
        for (ours, theirs) in zip(written, echoed) {
            let isSame = theirs.bytes == ours  // a failed comparison would print them
            #expect(isSame)
        }
        #expect(echoed[0].json == "{}")
        let json = try JSONSerialization.jsonObject(with: Data(echoed[1].json.utf8)) as? [String: Any]
        let read = try #require(json)
        #expect(read["int64"] as? String == "-9223372036854775808")
        #expect(read["int32"] as? Int == -1)
        #expect(read["sint64"] as? String == "-9223372036854775808")
        #expect(read["fixed32"] as? Int == 0x0102_0304)
        #expect(read["double"] as? Double == -1.5e-300)
        #expect(read["float"] as? String == "Infinity")
        #expect(read["string"] as? String == "Ω Centauri \u{0} 🔭")
        #expect(read["packed"] as? [String] == ["0", "1", "127", "128", "9223372036854775808"])
        #expect(read["map"] as? [String: String] == ["a": "b", "b": ""])
    }

    @Test func whatGoogleWritesIsRead() throws {
        for (sample, theirs) in zip(Self.sample, try echo(Self.sample.map(\.serialized))) {
            let isSame = try Everything(serialized: theirs.bytes) == sample
            #expect(isSame)
        }
    }
}
