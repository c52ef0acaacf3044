internal import DataLayout
internal import Foundation
internal import Query

/// `nightjar backup --data DIR --to DIR`
struct BackupCommand: Command {
    static let name = "backup"
    static let summary = "copies a data folder in one state, also while a run writes to it"
    static let details = """
        The copy is a data folder, which every command reads. Given again with the same --to, just what has come since is \
        copied; a backup that is broken off leaves the one before. Nothing is removed from the copy. Where a segment of the \
        folder is missing or cut, all else is copied, and the command ends with status 1.
        """
    static let options: [any DeclaredOption] = [DataFolders.one, to, verify]
    static let examples = [
        "nightjar backup --data night --to /backup/night", "nightjar backup --data night --to /backup/night --verify",
    ]

    private static let to = Option<String>.text("to", "DIR", "the backup: a new folder, or an earlier backup").required
    private static let verify = Flag("verify", "read the whole copy afterwards and compare it")

    private let data: String
    private let target: String
    private let verifies: Bool

    init(_ arguments: Arguments) throws {
        data = try arguments.required(DataFolders.one)
        target = try arguments.required(Self.to)
        verifies = arguments.isOn(Self.verify)
    }

    func run() throws -> ExitStatus {
        var copy = try FolderCopy(OpenFolder(data), to: target, isBackup: true)
        try copy.run()
        try Terminal.say("\(target): \(copy.segments) segments, \(copy.bytes) bytes copied besides the database")
        for damage in copy.damages.first { Terminal.complain("\(data): \(damage)") }
        let status = verifies ? try VerifyCommand.verify([target]) : .done
        return copy.damages.count == 0 ? status : .failed
    }
}

/// `nightjar restore --from DIR --data DIR`
struct RestoreCommand: Command {
    static let name = "restore"
    static let summary = "makes a data folder of a backup"
    static let details = """
        The backup is copied into a new folder, which is then read as a whole and compared, as 'nightjar verify' does. A run \
        that goes on there reads again from its sources what came after the backup.
        """
    static let options: [any DeclaredOption] = [from, DataFolders.one]
    static let examples = [
        "nightjar restore --from /backup/night --data night", "nightjar restore --from /mnt/disk/night --data night-2",
    ]

    private static let from = Option<String>.text("from", "DIR", "the backup").required

    private let backup: String
    private let data: String

    init(_ arguments: Arguments) throws {
        backup = try arguments.required(Self.from)
        data = try arguments.required(DataFolders.one)
    }

    func run() throws -> ExitStatus {
        var copy = try FolderCopy(OpenFolder(backup), to: data, isBackup: false)
        try copy.run()
        return try VerifyCommand.verify([data])
    }
}
