internal import Glibc

/// A file in a folder that packets may come from.
struct FolderFile: Hashable {
    let path: String  // below the folder, as text
    let size: Int64
    /// When its bytes were changed last, ns since 1970 UTC.
    let changed: Int64
    /// The bytes of the path below the folder, where they are no text.
    var bytes: [UInt8]?
    var isPacket: Bool { path.hasSuffix(".avro") }

    /// The bytes of the whole path, and a zero.
    func name(below root: String) -> ContiguousArray<CChar> {
        FolderListing.path(Array(root.utf8), bytes ?? Array(path.utf8))
    }
}

/// Finds the files of a folder and the folders in it; each folder is entered once, so links may run in circles.
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
    /// - Returns: Its `.avro`, `.tar`, `.tar.gz` and `.tgz` files, in the order of their paths' bytes, what below it could not
    ///   be looked at, and how many other files there are.
    /// - Throws: ``SourceError`` when the folder cannot be read, or there is nothing to read.
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

    /// A path of two parts, and a zero.
    static func path(_ folder: [UInt8], _ name: [UInt8]) -> ContiguousArray<CChar> {
        let joint: [UInt8] = name.isEmpty ? [] : [UInt8(ascii: "/")]
        return ContiguousArray((folder + joint + name + [0]).map { CChar(bitPattern: $0) })
    }

    private func shown(_ path: [UInt8]) -> String { path.isEmpty ? root : "\(root)/\(FileName.text(path))" }

    /// Looks at a folder, given by the bytes of its path below the root.
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
            if let below = try look(at: entry, in: handle, folder) { folders.append(below) }
            errno = 0
        }
        if errno != 0 { try fault(.system(shown(folder), "cannot be searched to its end", errno), folder) }
        // In the order of names, so that a folder reached by two ways always has the same path.
        for folder in folders.sorted(by: { $0.lexicographicallyPrecedes($1) }) { try enter(folder, depth: depth + 1) }
    }

    /// Adds an entry that is a file that packets may come from.
    ///
    /// - Returns: The path of one that is a folder.
    private mutating func look(
        at entry: UnsafeMutablePointer<dirent>, in handle: OpaquePointer, _ folder: [UInt8]
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
            // A link that leads nowhere is of no concern unless it is called like packets.
            let number = errno
            if isWanted || number != ENOENT {
                faults.append(.system(shown(below), "cannot be looked at", number))
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

    /// The last change of a file's bytes, ns since 1970 UTC; some file systems let it be any number.
    private static func changed(_ status: stat) -> Int64 {
        let (seconds, nanoseconds) = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ nanoseconds
    }

    /// A folder below the root that cannot be read does not keep the others from being read.
    private mutating func fault(_ error: SourceError, _ folder: [UInt8]) throws(SourceError) {
        guard !folder.isEmpty else { throw error }
        faults.append(error)
    }

    private static let endings = [".avro", ".tar", ".tar.gz", ".tgz"]
}
