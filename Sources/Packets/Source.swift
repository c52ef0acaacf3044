internal import Glibc
internal import HTTP

/// Where packets come from, as the user names it.
package enum Source: Hashable, Sendable {
    /// A container, or a tarball, compressed or not: its content tells which.
    case file(path: String)
    /// A folder of such, searched below.
    case folder(path: String)
    /// A tarball or a container.
    case standardInput
    /// A tarball or a container at an http or https address.
    case web(address: String)

    /// Reads a word of the command line.
    ///
    /// - Parameter word: A path, `-`, or an address beginning with `https://` or `http://`.
    /// - Returns: The source, which exists if it is a path; it is not opened.
    /// - Throws: ``SourceError/Code/notFound`` and ``SourceError/Code/unsupported``.
    package static func parse(_ word: String) throws(SourceError) -> Source {
        if word == "-" { return .standardInput }
        if let end = word.firstRange(of: "://") {
            let scheme = word[..<end.lowerBound].lowercased()
            guard scheme == "http" || scheme == "https" else {
                throw SourceError(
                    .unsupported, "\(scheme)://",
                    "sources are files, folders, -, and addresses of https://, kafka:// or pubsub://")
            }
            guard shownAddress(word) != nil else {
                throw SourceError(.unsupported, "\(scheme)://", "this is no valid web address")
            }
            return .web(address: word)
        }
        var status = stat()
        guard !word.isEmpty else { throw SourceError(.notFound, "an empty name", "is no source") }
        guard stat(word, &status) == 0 else { throw .system(word, "is not there", errno) }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder(path: word) : .file(path: word)
    }

    /// Whether it comes from another process or machine while it is read, and ends when that does.
    package var isFed: Bool {
        switch self {
        case .standardInput, .web: return true
        case .folder: return false
        case .file(let path):
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        }
    }

    /// What the user called it, without secrets.
    package var name: String {
        switch self {
        case .file(let path), .folder(let path): path
        case .standardInput: "-"
        case .web(let address): shownAddress(address) ?? "web address"
        }
    }
}

extension SourceError {
    /// What the system said no to; `number` is its `errno`.
    static func system(_ source: String, _ detail: String, _ number: Int32) -> SourceError {
        let isMissing = number == ENOENT || number == ENOTDIR
        return SourceError(
            isMissing ? .notFound : .unreadable, source, "\(detail) (\(String(cString: strerror(number))))")
    }
}
