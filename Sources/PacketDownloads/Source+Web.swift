package import HTTP
package import Packets

extension Source {
    /// Parses an argument of the command line.
    ///
    /// - Parameters:
    ///   - argument: A path, `-`, or an address beginning with `https://` or `http://`.
    ///   - settings: Timeouts, retries and trusted certificates of downloads.
    /// - Returns: The source; a path exists, and is not opened.
    /// - Throws: ``Packets/SourceError``, of code `notFound` or `unsupported`.
    package static func parse(
        _ argument: String, http settings: HTTPSettings = HTTPSettings()
    ) throws(SourceError) -> Source {
        guard let end = argument.firstRange(of: "://") else { return try local(argument) }
        let scheme = argument[..<end.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw SourceError(
                .unsupported, "\(scheme)://",
                "sources are files, folders, -, and addresses of https://, kafka:// or pubsub://")
        }
        guard let shown = shownAddress(argument) else {
            throw SourceError(.unsupported, "\(scheme)://", "this is not a valid web address")
        }
        return .remote(
            RemoteSource(address: argument, name: shown) { (log) throws(SourceError) in
                try Download(argument, name: shown, settings, log)
            })
    }
}

/// A source at a web address.
private final class Download: RemoteBytes {
    private let download: HTTPDownload
    private let name: String

    init(
        _ address: String, name: String, _ settings: HTTPSettings, _ log: @escaping @Sendable (String) -> Void
    ) throws(SourceError) {
        self.name = name
        do throws(HTTPError) { download = try HTTPDownload(address, settings: settings, log: log) } catch {
            throw Self.failure(name, error)
        }
    }

    var length: Int64? { download.length }

    func read(into output: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        do throws(HTTPError) { return try download.read(into: output) } catch { throw Self.failure(name, error) }
    }

    private static func failure(_ name: String, _ error: HTTPError) -> SourceError {
        var status: Int?
        if case .status(let number) = error.code { status = number }
        let progress = error.offset > 0 ? " (after \(error.offset) bytes)" : ""
        return SourceError(.notFetched(status: status), name, error.detail + progress)
    }
}
