internal import Glibc

/// What lies in folders of models.
enum FolderNames {
    /// The names in a folder, sorted; `nil` where it cannot be read.
    static func all(in folder: String) -> [String]? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether something has a path.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
