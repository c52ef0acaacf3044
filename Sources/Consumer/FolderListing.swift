internal import Glibc

/// A file in a folder that packets may come from.
struct FolderFile: Hashable {
    let path: String  // below the folder
    let size: Int64
    var isPacket: Bool { path.hasSuffix(".avro") }
}

/// Finds the files of a folder and the folders in it; each folder is entered once, so links may run in circles.
struct FolderListing {
    private let root: String
    private let limits: PacketLimits
    private var visited: Set<[UInt64]> = []
    private var files: [FolderFile] = []

    /// - Parameters:
    ///   - root: The folder.
    ///   - limits: Bounds on its depth and the number of its files.
    /// - Returns: Its `.avro`, `.tar`, `.tar.gz` and `.tgz` files, in the order of their paths' bytes.
    /// - Throws: ``ConsumerError`` when a folder cannot be read, or there is nothing to read.
    static func files(in root: String, limits: PacketLimits) throws(ConsumerError) -> [FolderFile] {
        var listing = FolderListing(root: root, limits: limits)
        try listing.enter("", depth: 0)
        guard !listing.files.isEmpty else {
            throw ConsumerError(.noPackets, root, "a folder without .avro, .tar, .tar.gz or .tgz files")
        }
        return listing.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private init(root: String, limits: PacketLimits) {
        self.root = root
        self.limits = limits
    }

    private mutating func enter(_ folder: String, depth: Int) throws(ConsumerError) {
        let path = folder.isEmpty ? root : "\(root)/\(folder)"
        guard depth <= limits.folderDepth else {
            throw ConsumerError(.unreadable, path, "more than \(limits.folderDepth) folders below each other")
        }
        guard let handle = opendir(path) else { throw .system(path, "cannot be searched", errno) }
        defer { closedir(handle) }
        var status = stat()
        guard fstat(dirfd(handle), &status) == 0 else { throw .system(path, "cannot be searched", errno) }
        guard visited.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return }
        var folders: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != "..", fstatat(dirfd(handle), name, &status, 0) == 0 else { continue }
            let below = folder.isEmpty ? name : "\(folder)/\(name)"
            switch status.st_mode & S_IFMT {
            case S_IFDIR: folders.append(below)
            case S_IFREG where Self.endings.contains { name.hasSuffix($0) }:
                guard files.count < limits.folderFiles else {
                    throw ConsumerError(.unreadable, root, "more than \(limits.folderFiles) files")
                }
                files.append(FolderFile(path: below, size: Int64(status.st_size)))
            default: break
            }
        }
        // In the order of names, so that a folder reached by two ways always has the same path.
        for folder in folders.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            try enter(folder, depth: depth + 1)
        }
    }

    private static let endings = [".avro", ".tar", ".tar.gz", ".tgz"]
}
