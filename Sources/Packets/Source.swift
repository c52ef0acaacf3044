internal import Glibc

/// Where packets come from, as the user names it.
package enum Source: Hashable, Sendable {
    /// A container or a tarball, compressed or not; its content shows which.
    case file(path: String)
    /// A folder of such files, searched recursively.
    case folder(path: String)
    /// A tarball or a container.
    case standardInput
    /// A tarball or a container on another machine.
    case remote(RemoteSource)

    /// What is on this machine.
    ///
    /// - Parameter argument: A path, or `-`.
    /// - Returns: The source; a path exists, and is not opened.
    /// - Throws: ``SourceError/Code/notFound``.
    package static func local(_ argument: String) throws(SourceError) -> Source {
        if argument == "-" { return .standardInput }
        var status = stat()
        guard !argument.isEmpty else { throw SourceError(.notFound, "an empty name", "is not a source") }
        guard stat(argument, &status) == 0 else { throw .system(argument, "does not exist", errno) }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder(path: argument) : .file(path: argument)
    }

    /// Whether another process or machine writes it while it is read, and determines its end.
    package var isFed: Bool {
        switch self {
        case .standardInput, .remote: return true
        case .folder: return false
        case .file(let path):
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        }
    }

    /// The name as the user gave it, without secrets.
    package var name: String {
        switch self {
        case .file(let path), .folder(let path): path
        case .standardInput: "-"
        case .remote(let source): source.name
        }
    }
}

extension SourceError {
    /// The error of a failed system call; `number` is its `errno`.
    static func system(_ source: String, _ detail: String, _ number: Int32) -> SourceError {
        let isMissing = number == ENOENT || number == ENOTDIR
        return SourceError(
            isMissing ? .notFound : .unreadable, source, "\(detail) (\(String(cString: strerror(number))))")
    }
}
