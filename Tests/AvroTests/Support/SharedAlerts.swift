import Compression
import Foundation
import TestSupport

/// The public alert packets that tests read where they are there; they are not part of the project.
enum SharedAlerts {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let folder = SharedFolder.alerts ?? package

    /// False where the folder is missing: the tests that need it are then skipped, and the run says so.
    static let areThere = SharedFolder.isThere

    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    /// Names of the files below a folder that end so.
    static func files(below path: String, suffix: String) throws -> [String] {
        let names = FileManager.default.subpaths(atPath: folder.appending(path: path).path) ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { path.isEmpty ? $0 : path + "/" + $0 }
    }

    /// Every packet by its name in the manifest; those in a tarball are `tarball!member`. Other files may lie there too.
    static func forEachPacket(_ work: (_ name: String, _ packet: ArraySlice<UInt8>) throws -> Void) throws {
        let manifest = String(decoding: try read("manifest.csv"), as: UTF8.self)
        let listed = Set(manifest.split(whereSeparator: \.isNewline).map { $0.prefix { $0 != "," } })
        for name in try files(below: "", suffix: ".avro") where listed.contains(name[...]) {
            try work(name, try read(name)[...])
        }
        for name in try files(below: "", suffix: ".tar.gz") {
            let tar = try Gzip.decompress(try read(name)[...], limit: 1 << 30)
            for (member, bytes) in tarMembers(tar) where listed.contains((name + "!" + member)[...]) {
                try work(name + "!" + member, bytes)
            }
        }
    }

    /// The files of a ustar archive whose names are at most 100 bytes long.
    private static func tarMembers(_ tar: [UInt8]) -> [(name: String, bytes: ArraySlice<UInt8>)] {
        var members: [(name: String, bytes: ArraySlice<UInt8>)] = []
        var position = 0
        while position + 512 <= tar.count, tar[position] != 0 {
            let name = String(decoding: tar[position..<position + 100].prefix { $0 != 0 }, as: UTF8.self)
            let digits = tar[position + 124..<position + 135].prefix { $0 != 0 && $0 != 0x20 }
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 8) ?? 0
            let start = position + 512
            if tar[position + 156] == UInt8(ascii: "0") { members.append((name, tar[start..<start + size])) }
            position = start + (size + 511) / 512 * 512
        }
        return members
    }
}

/// Python with the clients that Nightjar is checked against.
enum PythonClients {
    /// The interpreter that `scripts/python-env` makes, or nil where it cannot, as without a network: the tests that
    /// need it are then skipped, and the run says so.
    static let interpreter: String? = {
        let script = SharedAlerts.package.appending(path: "scripts/python-env").path
        guard let made = try? run("/bin/bash", [script]), made.status == 0 else { return nil }
        return SharedAlerts.package.appending(path: ".build/python/bin/python").path
    }()

    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// Runs one of the scripts in Tests/Clients.
    static func script(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let path = SharedAlerts.package.appending(path: "Tests/Clients/\(name)").path
        return try run(interpreter ?? "python3", [path] + arguments)
    }
}
