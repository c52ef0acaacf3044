internal import Glibc
internal import HTTP

/// Where packets come from, as the user names it.
package enum Source: Hashable, Sendable {
    /// A container or a tarball, compressed or not; its content shows which.
    case file(path: String)
    /// A folder of such files, searched recursively.
    case folder(path: String)
    /// A tarball or a container.
    case standardInput
    /// A tarball or a container at an http or https address.
    case web(address: String)

    /// Parses an argument of the command line.
    ///
    /// - Parameter argument: A path, `-`, or an address beginning with `https://` or `http://`.
    /// - Returns: The source; a path exists, and is not opened.
    /// - Throws: ``SourceError/Code/notFound`` and ``SourceError/Code/unsupported``.
    package static func parse(_ argument: String) throws(SourceError) -> Source {
        if argument == "-" { return .standardInput }
        if let end = argument.firstRange(of: "://") {
            let scheme = argument[..<end.lowerBound].lowercased()
            guard scheme == "http" || scheme == "https" else {
                throw SourceError(
                    .unsupported, "\(scheme)://",
                    "sources are files, folders, -, and addresses of https://, kafka:// or pubsub://")
            }
            guard shownAddress(argument) != nil else {
                throw SourceError(.unsupported, "\(scheme)://", "this is not a valid web address")
            }
            return .web(address: argument)
        }
        var status = stat()
        guard !argument.isEmpty else { throw SourceError(.notFound, "an empty name", "is not a source") }
        guard stat(argument, &status) == 0 else { throw .system(argument, "does not exist", errno) }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder(path: argument) : .file(path: argument)
    }

    /// Whether another process or machine writes it while it is read, and determines its end.
    package var isFed: Bool {
        switch self {
        case .standardInput, .web: return true
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
        case .web(let address): shownAddress(address) ?? "web address"
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
