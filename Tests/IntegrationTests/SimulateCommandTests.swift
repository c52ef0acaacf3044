import Foundation
import TestSupport
import Testing

/// `nightjar simulate`, as a user calls it.
@Suite struct SimulateCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func simulate(_ name: String, _ words: String...) throws -> NightjarProcess.Outcome {
        try NightjarProcess(["simulate", "--alerts", "3", "--seed", "1", "--out", folder.file(name)] + words).outcome()
    }

    @Test("the night is the words', in either spelling, else the one in the file's name")
    func night() throws {
        for (name, words, night) in [
            ("ztf_public_20240916.tar.gz", [], 20_240_916), ("night-2024-09-17.tar.gz", [], 20_240_917),
            ("night.tar.gz", [], 20_240_915), ("a.tar.gz", ["--night", "2024-09-18"], 20_240_918),
            ("b.tar.gz", ["--night", "20240918"], 20_240_918),
        ] as [(String, [String], Int)] {
            let outcome = try NightjarProcess(
                ["simulate", "--alerts", "3", "--seed", "1", "--out", folder.file(name)] + words
            ).outcome()
            #expect(outcome.status == 0 && outcome.complaints.count == 1, "\(outcome)")
            #expect(outcome.errors.contains("of night \(night),"), "\(outcome)")
        }
        // The words come first, and a line says that the name is of another night.
        let other = try simulate("20240915.tar.gz", "--night", "20240916")
        #expect(other.errors.contains("of night 20240916,") && other.errors.contains("another date"), "\(other)")
        let several = try simulate("20240916-20240917.tar.gz")
        #expect(several.errors.contains("several dates; the night is 20240915"), "\(several)")
        for wrong in ["2024-09-31", "20240931", "2024-0915", "tonight", "20430101", ""] {
            let outcome = try simulate("c.tar.gz", "--night", wrong)
            #expect(outcome.status == 2 && outcome.errors.contains("20240915 or 2024-09-15"), "\(outcome)")
        }
        #expect(try simulate("d", "--truth", folder.file("d")).status == 2)
    }

    @Test("stopped by Ctrl-C or SIGTERM it leaves nothing", arguments: [SIGINT, SIGTERM])
    func stopped(signal: Int32) throws {
        let process = try NightjarProcess([
            "simulate", "--alerts", "10000000", "--seed", "1", "--out", folder.file("n.tar.gz"), "--truth",
            folder.file("t.csv"),
        ])
        let partial = folder.file("n.tar.gz.partial")
        #expect(
            process.waits {
                let attributes = try? FileManager.default.attributesOfItem(atPath: partial)
                return (attributes?[.size] as? Int ?? 0) > 0
            })
        if signal == SIGINT { process.interrupt() } else { process.terminate() }
        let outcome = try process.outcome()
        #expect(outcome.status == 1 && outcome.errors.contains("stopped; nothing is written"), "\(outcome)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
