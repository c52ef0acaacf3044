import DataLayout
import Foundation
import Query
import TestSupport
import Testing

/// What a backup is copied over, and what it must not be.
@Suite struct FolderCopyTests {
    private let folders: DataFolders
    private var backup: String { folders.path("backup") }

    init() throws {
        folders = try DataFolders()
        try folders.run([Self.packet(1), Self.packet(2)], into: "a")
        try folders.run([Self.packet(1), Self.packet(3), Self.packet(4)], into: "b")
    }

    private static func packet(_ candid: Int64) throws -> [UInt8] { try SmallPacket(candid: candid).container() }

    private func backUp(_ name: String) throws -> FolderCopy {
        var copy = try FolderCopy(try OpenFolder(folders.path(name)), to: backup, isBackup: true)
        try copy.run()
        return copy
    }

    private func expectSound() throws {
        let verdict = try folders.reader("backup").verify(wantsPackets: true)[0]
        #expect(verdict.isSound, "\(verdict.damages.first)")
    }

    @Test("a backup is not replaced by that of another folder, and goes on with its own") func otherFolder() throws {
        _ = try backUp("a")
        #expect { try backUp("b") } throws: { error in
            (error as? BrokerError)?.detail.contains("another folder") == true
        }
        #expect(try folders.reader("backup").verify(wantsPackets: true)[0].packets == 2)
        try folders.run([Self.packet(5)], into: "a")
        _ = try backUp("a")
        try expectSound()
        #expect(try folders.reader("backup").verify(wantsPackets: true)[0].packets == 3)
    }

    @Test("what a copy that was broken off has left is compared, and written where it differs")
    func brokenOff() throws {
        _ = try backUp("a")
        let files = try FileManager.default.subpathsOfDirectory(atPath: backup).filter { $0.hasSuffix(".avro") }
        // As if it had ended before there was a database; one file is longer, one has zeros, as after a power cut.
        try FileManager.default.removeItem(atPath: "\(backup)/nightjar.db")
        let segment = try #require(files.first { $0.hasPrefix("archive/") })
        let bytes = try Data(contentsOf: URL(filePath: "\(backup)/\(segment)"))
        try (Data(count: bytes.count) + [1, 2, 3]).write(to: URL(filePath: "\(backup)/\(segment)"))
        let copy = try backUp("a")
        #expect(copy.bytes == Int64(bytes.count))
        try expectSound()
    }

    @Test("a copy that is broken off leaves the one before sound, and the next one finishes it")
    func brokenOffLater() throws {
        _ = try backUp("a")
        try folders.run([Self.packet(5)], into: "a")
        // A plot that cannot be read ends the copy when all segments are there.
        let plots = "\(backup)/plots"
        try? FileManager.default.removeItem(atPath: plots)
        try Data().write(to: URL(filePath: plots))
        let plot = URL(filePath: "\(folders.path("a"))/plots/one/1.png")
        try FileManager.default.createDirectory(at: plot.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("plot".utf8).write(to: plot)
        #expect(throws: BrokerError.self) { try backUp("a") }
        #expect(try folders.reader("backup").verify(wantsPackets: true)[0].packets == 2)
        try expectSound()
        try FileManager.default.removeItem(atPath: plots)
        let copy = try backUp("a")
        #expect(copy.bytes == 4)
        try expectSound()
        #expect(try folders.reader("backup").verify(wantsPackets: true)[0].packets == 3)
        let names = try FileManager.default.subpathsOfDirectory(atPath: backup)
        #expect(!names.contains { $0.hasSuffix(".open") })
    }

    @Test("a backup whose database is damaged is made whole") func damagedDatabase() throws {
        _ = try backUp("a")
        try Data("garbage".utf8).write(to: URL(filePath: "\(backup)/nightjar.db"))
        _ = try backUp("a")
        try expectSound()
    }

    @Test("plots that lie on another disk are copied") func linkedPlots() throws {
        let plots = URL(filePath: "\(folders.path("a"))/plots")
        let disk = URL(filePath: folders.path("disk"))
        try? FileManager.default.removeItem(at: plots)
        try FileManager.default.createDirectory(at: disk.appending(path: "one"), withIntermediateDirectories: true)
        try Data("plot".utf8).write(to: disk.appending(path: "one/1.png"))
        try FileManager.default.createSymbolicLink(at: plots, withDestinationURL: disk)
        _ = try backUp("a")
        #expect(FileManager.default.contents(atPath: "\(backup)/plots/one/1.png") == Data("plot".utf8))
    }

    @Test("a pipe in a segment's place is damage, and is not waited for") func pipe() throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: folders.path("a"))
        let segment = "\(folders.path("a"))/\(try #require(files.first { $0.hasSuffix(".avro") }))"
        try FileManager.default.removeItem(atPath: segment)
        #expect(mkfifo(segment, 0o600) == 0)
        let copy = try backUp("a")
        #expect(copy.damages.count == 1 && segment.hasSuffix(copy.damages.first[0].path))
    }
}
