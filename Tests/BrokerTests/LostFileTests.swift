import Alerts
import Broker
import DataLayout
import Foundation
import Packets
import SQLite
import Pipeline
import TestSupport
import Testing

/// What another program takes away from a run that writes ends the run, before anything is acknowledged.
@Suite struct LostFileTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("data") }
    private static let segment = "archive/ztf/20240915/00000001.avro.open"

    init() throws { folder = try TemporaryFolder() }

    /// Runs a small night, and does something to the data folder while its transaction is open.
    private func run(disturbing disturb: () throws -> Void) throws -> BrokerError? {
        try folder.write(SmallPacket(candid: 1).container(), to: "night/1.avro")
        var isDisturbed = false
        do throws(BrokerError) {
            let sources = [Source.folder(path: folder.file("night"))]
            _ = try Run(Run.Options(folder: data, sources: sources)).run(watch: { status in
                guard status.report[.received] == 1, !isDisturbed else { return }
                isDisturbed = true
                do { try disturb() } catch { Issue.record("\(error)") }
            })
            #expect(isDisturbed)
        } catch { return error }
        return nil
    }

    private func size(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? Int) ?? 0
    }

    @Test("removed", arguments: ["nightjar.db", "nightjar.db-wal", "nightjar.db-shm", "nightjar.lock", segment])
    func removed(name: String) throws {
        let path = "\(data)/\(name)"
        let error = try run { try FileManager.default.removeItem(atPath: path) }
        #expect(error?.code == .lostFile && error?.path == path, "\(String(describing: error))")
    }

    @Test("replaced by a copy of itself", arguments: ["nightjar.db", segment])
    func replaced(name: String) throws {
        let path = "\(data)/\(name)"
        let error = try run {
            try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
            #expect(rename(path + ".copy", path) == 0)
        }
        #expect(error?.code == .lostFile && error?.path == path, "\(String(describing: error))")
    }

    @Test("the archive, or the whole folder, removed", arguments: ["archive", ""])
    func movedFolder(name: String) throws {
        let error = try run {
            let path = name.isEmpty ? data : "\(data)/\(name)"
            try FileManager.default.moveItem(atPath: path, toPath: folder.file("else"))
        }
        #expect(error?.code == .lostFile, "\(String(describing: error))")
    }

    @Test("a segment that is cut") func cut() throws {
        let path = "\(data)/\(Self.segment)"
        let error = try run {
            // Written by a thread of its own.
            while size(path) == 0 { sched_yield() }
            #expect(truncate(path, 0) == 0)
        }
        #expect(error?.code == .lostFile && error?.path == path, "\(String(describing: error))")
        #expect(error?.description.contains("another program changed it") == true)
    }

    @Test(
        "a growing segment that is gone when the next run begins is refused with what to do, and can be done without",
        arguments: ["removed", "cut"])
    func goneBetweenRuns(how: String) throws {
        #expect(try run {} == nil)
        let (closed, growing) = ("\(data)/archive/ztf/20240915/00000001.avro", "\(data)/\(Self.segment)")
        // As a kill leaves it: committed, and still growing.
        #expect(rename(closed, growing) == 0)
        try Database(path: data + "/nightjar.db", mode: .readWrite).execute(
            "UPDATE segments SET state = 0 WHERE path LIKE 'archive/%'")
        if how == "removed" { try FileManager.default.removeItem(atPath: growing) } else { truncate(growing, 100) }
        func next() throws -> Report {
            try folder.write(SmallPacket(candid: 2).container(), to: "next/2.avro")
            let sources = [Source.folder(path: folder.file("next"))]
            return try Run(Run.Options(folder: data, sources: sources)).run().report
        }
        for _ in 1...2 {
            let error = #expect(throws: BrokerError.self) { try next() }
            #expect(error?.code == .lostFile && error?.path == growing)
            #expect(error?.detail.contains("create an empty file \(closed)") == true)
        }
        try folder.write([], to: "data/archive/ztf/20240915/00000001.avro")
        #expect(try next()[.stored] == 1)
        // What is gone is said, and what came after it is read.
        let reader = try TopicReader(OpenFolder(data), topic: Topic(.ztf, .alertData))
        let error = #expect(throws: BrokerError.self) { try reader.next() }
        #expect(error?.code == .damagedArchive && error?.detail.contains("alert 1,") == true)
        #expect(try reader.next()?.offset == 1)
        #expect(try next()[.duplicates] == 1)
    }

    @Test("undisturbed files are not an error") func undisturbed() throws { #expect(try run {} == nil) }
}
