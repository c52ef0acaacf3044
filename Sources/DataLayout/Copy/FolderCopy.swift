internal import Foundation
internal import Glibc
internal import SQLite

/// Copies a data folder in one state, also while a run writes to it, and again and again into the same copy.
///
/// The database is copied in one read transaction. A segment only ever grows, so that its first bytes, as many as the copied
/// database says, are the state that belongs to it; of a segment that is in the copy already just the rest is added. The copied
/// database takes the place of the one before when all else is on the disk: a copy that is broken off leaves the state before.
package struct FolderCopy {
    /// A folder with this file in it is a backup, and may be copied to again.
    package static let mark = "nightjar.backup"
    /// The folder in a backup with segments that its source does not have any more.
    package static let aside = "removed"

    private let source: OpenFolder
    private let target: String
    private let isBackup: Bool
    /// Bytes that were copied, without the database.
    package private(set) var bytes: Int64 = 0
    /// Segments of the copy.
    package private(set) var segments = 0
    /// Segments of which the source lacks what was committed: all else is copied.
    package private(set) var damages = DamageList()

    /// A copy of an open folder.
    ///
    /// - Parameters:
    ///   - source: What is copied.
    ///   - target: The folder that it is copied to: missing or empty; a backup may be one that is there already.
    ///   - isBackup: Whether the copy is a backup, which is copied to again; else it is a data folder as any other.
    /// - Throws: ``BrokerError`` for another target.
    package init(_ source: OpenFolder, to target: String, isBackup: Bool) throws(BrokerError) {
        self.source = source
        self.target = target
        self.isBackup = isBackup
        let resolved = [source.path, target].map {
            URL(filePath: $0).resolvingSymlinksInPath().path(percentEncoded: false)
        }
        guard resolved[0] != resolved[1] else {
            throw BrokerError(.cannotCreate, path: target, detail: "a folder cannot be copied to itself")
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: target) } catch {
            guard !FileManager.default.fileExists(atPath: target) else {
                throw BrokerError(.cannotCreate, path: target, detail: "this is no folder, or one that cannot be read")
            }
            names = []
        }
        guard names.isEmpty || isBackup && names.contains(Self.mark) else {
            throw BrokerError(
                .cannotCreate, path: target,
                detail: "the folder is not empty\(isBackup ? ", and no backup" : ""); name one that is, or a new one")
        }
    }

    /// Copies everything.
    ///
    /// - Throws: ``BrokerError`` where something cannot be read or written; the copy's database is the one before then.
    package mutating func run() throws(BrokerError) {
        let earlier = try EarlierCopy(target, of: source)
        try FolderMaking.make(target, failing: .cannotCreate)
        if isBackup {
            try WholeFile.write(Array("\(source.path)\n".utf8), to: "\(target)/\(Self.mark)", by: "\(target)/.mark")
        }
        let (database, partial) = ("\(target)/nightjar.db", "\(target)/nightjar.db.partial")
        Self.remove(database: partial)
        do { try source.database.copy(to: partial) } catch { throw BrokerError(error) }
        let finished = try copySegments(partial, earlier)
        try copyOthers()
        Self.remove(log: partial)
        try Self.sync(partial)
        // Every reader looks for either name.
        for path in finished where rename(path + SegmentName.openSuffix, path) != 0 {
            throw .system(.cannotWrite, path: path)
        }
        Self.remove(log: database)
        guard rename(partial, database) == 0 else { throw .system(.cannotWrite, path: database) }
        try Self.sync(target)
        try setAside(database)
    }

    /// Moves segments of nights that the source does not have any more out of the copy's own folders: they are not named, and
    /// nothing is removed from a backup.
    private func setAside(_ database: String) throws(BrokerError) {
        var named: Set<String> = []
        do {
            let query = try Database(path: database, mode: .readOnly).prepare("SELECT path FROM segments")
            while try query.step() { named.insert(query.text(0) ?? "") }
        } catch { throw BrokerError(error) }
        for path in SegmentScan.files(below: target).subtracting(named) {
            // A night that was removed twice has a segment of each time.
            var aside = "\(target)/\(Self.aside)/\(path)"
            var number = 1
            while access(aside, F_OK) == 0 {
                number += 1
                aside = "\(target)/\(Self.aside)/\(path).\(number)"
            }
            try FolderMaking.make((aside as NSString).deletingLastPathComponent, failing: .cannotCreate)
            guard rename("\(target)/\(path)", aside) == 0 else { throw .system(.cannotWrite, path: aside) }
            let folder = ("\(target)/\(path)" as NSString).deletingLastPathComponent
            rmdir(folder)
        }
    }

    // MARK: - Segments

    /// Copies the segments. One that is new or grows has the name of a growing one until all else is copied: the database
    /// that is there until then does not name it yet.
    ///
    /// - Returns: Closed segments whose copies have the name of a growing one yet.
    private mutating func copySegments(_ database: String, _ earlier: EarlierCopy) throws(BrokerError) -> Set<String> {
        var finished: Set<String> = []
        do {
            let copy = try Database(path: database, mode: .readWrite)
            let query = try copy.prepare("SELECT path, state, bytes FROM segments ORDER BY segment")
            while try query.step() {
                let (path, bytes) = (query.text(0) ?? "", query.integer(2))
                // Nothing leads out of the folder.
                guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
                    throw BrokerError(.damagedArchive, path: path, detail: "no segment can have this name")
                }
                let closed = "\(target)/\(path)"
                let open = closed + SegmentName.openSuffix
                let isFinished = query.integer(1) == 2 && access(closed, F_OK) != 0
                do throws(BrokerError) {
                    self.bytes += try append(
                        path, to: query.integer(1) == 2 && !isFinished ? closed : open, committed: bytes,
                        known: earlier.known(path))
                    if isFinished { finished.insert(closed) }
                } catch {
                    guard [.damagedArchive, .cannotOpen, .cannotRead].contains(error.code) else { throw error }
                    damages.add(FolderDamage(.missingFile, path: path, detail: error.detail))
                }
                segments += 1
            }
        } catch let error as SQLiteError { throw BrokerError(error) } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.cannotWrite, path: target, detail: "\(error)")
        }
        return finished
    }

    /// Adds to a segment's copy what it lacks of its committed bytes.
    ///
    /// What a copy that was broken off has left beyond the `known` bytes is compared with the source.
    ///
    /// - Returns: How many bytes were written.
    private func append(
        _ path: String, to copy: String, committed: Int64, known: Int64
    ) throws(BrokerError) -> Int64 {
        let folder = String(copy[..<(copy.lastIndex(of: "/") ?? copy.startIndex)])
        try FolderMaking.make(folder, failing: .cannotCreate)
        let output = open(copy, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard output >= 0 else { throw .system(.cannotWrite, path: copy) }
        defer { close(output) }
        let present = Int64(lseek(output, 0, SEEK_END))
        guard min(present, known) < committed || present > committed else { return 0 }
        var written: Int64 = 0
        if min(present, known) < committed {
            let name = "\(source.path)/\(path)"
            var input: CInt = -1
            // It may be closed, and so renamed, meanwhile.
            for name in [name, name + SegmentName.openSuffix, name] where input < 0 {
                input = try RegularFile.open(name)
            }
            guard input >= 0 else { throw .system(.cannotOpen, path: name) }
            defer { close(input) }
            written = try FileCopy(input, name, output, copy).run(min(present, known)..<committed, present: present)
        }
        guard present <= committed || ftruncate(output, off_t(committed)) == 0 else {
            throw .system(.cannotWrite, path: copy)
        }
        guard fdatasync(output) == 0 else { throw .system(.cannotWrite, path: copy) }
        return written
    }

    // MARK: - Plots and subscribers

    /// Plots, and how far subscribers have read: small files that are replaced as a whole.
    private mutating func copyOthers() throws(BrokerError) {
        let subscribers = try source.topics().map { "topics/\($0.name)/subscribers" }
        for top in ["plots"] + subscribers {
            // It may be a link to another disk.
            let root = URL(filePath: "\(source.path)/\(top)").resolvingSymlinksInPath()
            let walk = FileManager.default.enumerator(
                at: root, includingPropertiesForKeys: nil)
            while let file = walk?.nextObject() as? URL {
                guard !file.hasDirectoryPath, !file.lastPathComponent.hasPrefix(".") else { continue }
                let parts = file.pathComponents.suffix(from: root.pathComponents.count)
                bytes += try replace("\(top)/\(parts.joined(separator: "/"))")
            }
        }
    }

    /// Copies a small file, unless the copy is as old and as long.
    private func replace(_ path: String) throws(BrokerError) -> Int64 {
        let (from, to) = ("\(source.path)/\(path)", "\(target)/\(path)")
        var (old, new) = (stat(), stat())
        guard stat(from, &new) == 0 else { return 0 }  // a subscriber has just replaced it
        if stat(to, &old) == 0, old.st_size == new.st_size, old.st_mtim.tv_sec == new.st_mtim.tv_sec,
            old.st_mtim.tv_nsec == new.st_mtim.tv_nsec
        {
            return 0
        }
        guard let content = FileManager.default.contents(atPath: from) else { return 0 }
        try FolderMaking.make((to as NSString).deletingLastPathComponent, failing: .cannotCreate)
        try WholeFile.write(Array(content), to: to, by: "\(target)/.partial")
        var times = [new.st_atim, new.st_mtim]
        utimensat(AT_FDCWD, to, &times, 0)
        return Int64(content.count)
    }

    // MARK: - Files

    private static func remove(database path: String) {
        unlink(path)
        remove(log: path)
    }

    private static func remove(log path: String) {
        for suffix in ["-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

    private static func sync(_ path: String) throws(BrokerError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(.cannotOpen, path: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(.cannotWrite, path: path) }
    }
}
