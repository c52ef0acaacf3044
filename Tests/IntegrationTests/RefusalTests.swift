import Foundation
import SQLite
import TestSupport
import Testing

/// What stands in a run's way ends it with status 1 and one line that says what it is; nothing is harmed.
@Suite(.serialized) struct RefusalTests {
    private let work: TemporaryFolder
    private let night: SmallNight
    private var data: String { work.file("data") }

    init() throws {
        work = try TemporaryFolder()
        night = try SmallNight(alerts: 200)
    }

    private func run(_ source: String? = nil, data folder: String? = nil) throws -> NightjarProcess.Outcome {
        try NightjarProcess.run("run", source ?? night.path, "--data", folder ?? data, "--json", "--quiet")
    }

    private func runWell() throws {
        let outcome = try run()
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func expectRefused(_ outcome: NightjarProcess.Outcome, saying text: String) {
        #expect(outcome.status == 1 && outcome.complaints.count == 1 && outcome.output == "", "\(outcome)")
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }

    @Test func foldersHaveOneWriter() throws {
        let input = Pipe()
        let first = try NightjarProcess(["run", "-", "--data", data, "--json", "--quiet"], input: input)
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        // More than a pipe holds: once it is written, the first run has taken some, and so the folder.
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(200_000))
        expectRefused(try run(), saying: "another nightjar (process ")
        // Readers are welcome.
        #expect(try NightjarProcess.run("ledger", "--data", data).status == 0)
        try input.fileHandleForWriting.write(contentsOf: tarball.dropFirst(200_000))
        try input.fileHandleForWriting.close()
        let outcome = try first.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try RunReport(outcome).account == night.account)
    }

    @Test("a database that another program holds locked") func lockedDatabase() throws {
        try runWell()
        let before = try Contents(data)
        let database = try Database(path: data + "/nightjar.db", mode: .readWrite)
        try database.execute("BEGIN EXCLUSIVE")
        expectRefused(try run(), saying: "nightjar.db: another program holds the database locked")
        try database.execute("ROLLBACK")
        try runWell()
        #expect(try Contents(data).differences(from: before) == [])
    }

    @Test("pages of the database are overwritten") func damagedDatabase() throws {
        try runWell()
        let files = try Contents(data).files
        let path = data + "/nightjar.db"
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        for page in stride(from: 4_096 * 3, to: size, by: 4_096) {
            try file.seek(toOffset: UInt64(page))
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
        }
        try file.close()
        expectRefused(try run(), saying: "nightjar.db: the database is damaged")
        for (name, bytes) in files {
            #expect(FileManager.default.contents(atPath: "\(data)/\(name)")?.count ?? -1 >= bytes.count, "\(name)")
        }
    }

    @Test("an archive whose database is gone is not written over", arguments: [false, true])
    func lostDatabase(isEmptied: Bool) throws {
        try runWell()
        let files = try Contents(data).files
        let path = data + "/nightjar.db"
        if isEmptied {
            try Data().write(to: URL(fileURLWithPath: path))
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
        expectRefused(try run(), saying: "its database is missing")
        for (name, bytes) in files where !name.contains("avro_bucket") {
            #expect(FileManager.default.contents(atPath: "\(data)/\(name)") == bytes, "\(name)")
        }
    }

    @Test("a data folder that may be read only", .enabled(if: Mount.isAllowed, "skipped: only root may mount a tmpfs"))
    func readOnly() throws {
        let mount = try Mount(at: work.file("medium"), options: "size=50m")
        #expect(try run(data: mount.path + "/data").status == 0)
        try mount.makeReadOnly()
        expectRefused(try run(data: mount.path + "/data"), saying: "Read-only file system")
        expectRefused(
            try run(data: mount.path + "/new"), saying: "/new: this folder cannot be made: Read-only file system")
        // What is there can be read.
        let topic = try NightjarProcess.run("topic", "ztf_alert_data", "--data", mount.path + "/data")
        #expect(topic.status == 0 && topic.lines.count == night.account.stored, "\(topic.errors)")
    }

    @Test("a data folder that cannot be made") func noFolder() throws {
        try work.write([1], to: "file")
        expectRefused(
            try run(data: work.file("file")),
            saying: "\(work.file("file")): this folder cannot be made: something else has this name")
        expectRefused(
            try run(data: work.file("file/below")), saying: "below: this folder cannot be made: Not a directory")
        expectRefused(
            try run(data: "/proc/nothing/data"), saying: "this folder cannot be made: No such file or directory")
        #expect(try run(data: work.file("a/b/c")).status == 0)
    }

    @Test("a file that cannot be written is refused in the system's words") func noFile() throws {
        try runWell()
        let path = work.file("none/a.avro")
        expectRefused(
            try NightjarProcess.run("alert", "\(night.candids[0])", "--data", data, "--avro", path),
            saying: "\(path): No such file or directory")
    }

    @Test("a data folder that one may not look into", .enabled(if: getuid() != 0, "skipped: root may look into all"))
    func closedFolder() throws {
        try runWell()
        chmod(data, 0o600)
        defer { chmod(data, 0o700) }
        expectRefused(try NightjarProcess.run("ledger", "--data", data), saying: "\(data): Permission denied")
    }

    @Test func missingSource() throws {
        expectRefused(try run(work.file("nothing.tar.gz")), saying: "nothing.tar.gz: does not exist")
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test("a source that cannot be read", arguments: ["/proc/self/mem"]) func unreadable(source: String) throws {
        // Reading the beginning of a process's memory is an input/output error, for root too.
        let outcome = try run(source)
        #expect(outcome.status == 1)
        #expect(outcome.errors == "nightjar: \(source): cannot be read (Input/output error)\n")
        #expect(try RunReport(outcome).received == 0)
    }

    @Test("a tarball that was cut: all whole packets before are stored") func truncated() throws {
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        let cut = try work.write(tarball.prefix(tarball.count / 1_024 * 512 + 100), to: "cut.tar")
        let outcome = try run(cut)
        #expect(outcome.status == 1 && outcome.complaints.count == 1)
        #expect(outcome.errors.contains("cut.tar: cut off in a member"), "\(outcome.errors)")
        let half = try RunReport(outcome)
        #expect(half.stored > 80 && half.stored < 120)
        // The whole one then brings the rest, and no alert twice.
        let whole = try run()
        #expect(whole.status == 0)
        #expect(try RunReport(whole).stored == night.account.stored - half.stored)
        let topic = try NightjarProcess.run("topic", "ztf_alert_data", "--data", data)
        #expect(topic.lines.count == night.account.stored)
    }
}
