internal import Glibc

/// A file in a folder that packets may come from.
struct FolderFile: Hashable {
    let path: String  // below the folder, as text
    let size: Int64
    /// Modification time, ns since 1970 UTC.
    let changed: Int64
    /// The bytes of the path below the folder, where they are not UTF-8.
    var bytes: [UInt8]?
    var isPacket: Bool { path.hasSuffix(".avro") }

    /// The bytes of the whole path, and a zero.
    func name(below root: String) -> ContiguousArray<CChar> {
        FolderListing.path(Array(root.utf8), bytes ?? Array(path.utf8))
    }
}

/// Finds the files of a folder and its subfolders; each folder is entered once, so links may form cycles.
struct FolderListing {
    private let root: String
    private let limits: PacketLimits
    private var visited: Set<[UInt64]> = []
    private var files: [FolderFile] = []
    private var faults: [SourceError] = []
    private var leftOut = 0

    /// - Parameters:
    ///   - root: The folder.
    ///   - limits: Bounds on its depth and the number of its files.
    /// - Returns: Its `.avro`, `.tar`, `.tar.gz` and `.tgz` files in the order of their paths' bytes, the errors of entries
    ///   that could not be examined, and the number of other files.
    /// - Throws: ``SourceError`` when the folder cannot be read, or has no such files.
    static func files(
        in root: String, limits: PacketLimits
    ) throws(SourceError) -> (files: [FolderFile], faults: [SourceError], leftOut: Int) {
        var listing = FolderListing(root: root, limits: limits)
        try listing.enter([], depth: 0)
        if let fault = listing.faults.first, listing.files.isEmpty { throw fault }
        guard !listing.files.isEmpty else {
            throw SourceError(.noPackets, root, "a folder without .avro, .tar, .tar.gz or .tgz files")
        }
        let files = listing.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return (files, listing.faults, listing.leftOut)
    }

    private init(root: String, limits: PacketLimits) {
        self.root = root
        self.limits = limits
    }

    /// A path of two parts, with a zero at its end.
    static func path(_ folder: [UInt8], _ name: [UInt8]) -> ContiguousArray<CChar> {
        let joint: [UInt8] = name.isEmpty ? [] : [UInt8(ascii: "/")]
        return ContiguousArray((folder + joint + name + [0]).map { CChar(bitPattern: $0) })
    }

    private func shown(_ path: [UInt8]) -> String { path.isEmpty ? root : "\(root)/\(FileName.text(path))" }

    /// Lists a folder, given by the bytes of its path below the root.
    private mutating func enter(_ folder: [UInt8], depth: Int) throws(SourceError) {
        guard depth <= limits.folderDepth else {
            throw SourceError(
                .unreadable, shown(folder), "more than \(limits.folderDepth) folders below each other")
        }
        let path = Self.path(Array(root.utf8), folder)
        let opened = path.withUnsafeBufferPointer { path in path.baseAddress.flatMap { opendir($0) } }
        guard let handle = opened else { return try fault(.system(shown(folder), "cannot be searched", errno), folder) }
        defer { closedir(handle) }
        var status = stat()
        guard fstat(dirfd(handle), &status) == 0 else {
            return try fault(.system(shown(folder), "cannot be searched", errno), folder)
        }
        guard visited.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return }
        var folders: [[UInt8]] = []
        errno = 0
        while let entry = readdir(handle) {
            if let below = try examine(entry, in: handle, folder) { folders.append(below) }
            errno = 0
        }
        if errno != 0 { try fault(.system(shown(folder), "cannot be searched to its end", errno), folder) }
        // In the order of names, so that a folder with two paths always gets the same one.
        for folder in folders.sorted(by: { $0.lexicographicallyPrecedes($1) }) { try enter(folder, depth: depth + 1) }
    }

    /// Adds an entry if it is a file with packets.
    ///
    /// - Returns: The path of an entry that is a folder.
    private mutating func examine(
        _ entry: UnsafeMutablePointer<dirent>, in handle: OpaquePointer, _ folder: [UInt8]
    ) throws(SourceError) -> [UInt8]? {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        guard name != Array(".".utf8), name != Array("..".utf8) else { return nil }
        let below = folder.isEmpty ? name : folder + [UInt8(ascii: "/")] + name
        let isWanted = Self.endings.contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
        var status = stat()
        let isThere = Self.path(name, []).withUnsafeBufferPointer { name in
            name.baseAddress.map { fstatat(dirfd(handle), $0, &status, 0) == 0 } ?? false
        }
        guard isThere else {
            // A dangling link is an error only if it is named like a file with packets.
            let number = errno
            if isWanted || number != ENOENT {
                faults.append(.system(shown(below), "cannot be examined", number))
            } else {
                leftOut += 1
            }
            return nil
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return below
        case S_IFREG where isWanted:
            guard files.count < limits.folderFiles else {
                throw SourceError(.unreadable, root, "more than \(limits.folderFiles) files")
            }
            let text = FileName.text(below)
            let isText = text.utf8.elementsEqual(below)
            files.append(
                FolderFile(
                    path: text, size: Int64(status.st_size), changed: Self.changed(status), bytes: isText ? nil : below)
            )
        default: leftOut += 1
        }
        return nil
    }

    /// The modification time, ns since 1970 UTC; some file systems allow any number.
    private static func changed(_ status: stat) -> Int64 {
        let (seconds, nanoseconds) = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ nanoseconds
    }

    /// Records the error of a subfolder; the others are read all the same.
    private mutating func fault(_ error: SourceError, _ folder: [UInt8]) throws(SourceError) {
        guard !folder.isEmpty else { throw error }
        faults.append(error)
    }

    private static let endings = [".avro", ".tar", ".tar.gz", ".tgz"]
}
