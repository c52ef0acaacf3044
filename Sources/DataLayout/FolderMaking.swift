internal import Glibc

/// Folders that files are put into.
package enum FolderMaking {
    /// Makes a folder, and those that it lies in, where they are missing.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - code: Of the error.
    /// - Throws: ``BrokerError`` with the system's own words.
    package static func make(_ path: String, failing code: BrokerError.Code) throws(BrokerError) {
        guard mkdir(path, 0o777) != 0, !isFolder(path) else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw failure(code, path)
        }
        try make(String(path[..<slash]), failing: code)
        guard mkdir(path, 0o777) == 0 || isFolder(path) else { throw failure(code, path) }
    }

    /// Leaves the system's error as it is.
    private static func isFolder(_ path: String) -> Bool {
        let before = errno
        defer { errno = before }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func failure(_ code: BrokerError.Code, _ path: String) -> BrokerError {
        let isTaken = errno == EEXIST
        let error = BrokerError.system(code, path: path)
        let reason = isTaken ? "something else has this name" : error.detail
        return BrokerError(error.code, path: path, detail: "this folder cannot be made: \(reason)")
    }
}
