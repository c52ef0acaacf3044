internal import Threads

/// A body fetched with GET and pulled by its reader: at most about 2 MiB more are received than the reader asked for.
///
/// A download whose connection breaks is resumed at that byte, if the server confirms by ETag or date that the content is
/// unchanged (RFC 9110, `Range` and `If-Range`). Not `Sendable`: used by one thread at a time.
package final class HTTPDownload {
    let address: Address
    private let settings: HTTPSettings
    private let log: @Sendable (String) -> Void
    private let connections: Connections
    private var transfer: Transfer
    private var received: Int64 = 0
    private var validator: String?
    private var failures = 0  // since data were last received
    private var isChecked = false
    private var hasEnded = false
    private static let longestWait = Duration.seconds(60)

    /// Length of the whole body, bytes, after the first read; `nil` where the server does not state it.
    package private(set) var length: Int64?

    /// The address without user, password and query.
    package var shownAddress: String { address.shown }

    /// Prepares the request; it is sent by the first ``read(into:)``.
    ///
    /// - Parameters:
    ///   - url: An http or https address.
    ///   - settings: Timeouts, retries and trust.
    ///   - log: Logs each retry in a line, before the wait for it.
    /// - Throws: ``HTTPError/Code/invalidAddress`` and ``HTTPError/Code/refused``.
    package init(
        _ url: String, settings: HTTPSettings = HTTPSettings(), log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(HTTPError) {
        let address = try Address(url)
        let connections = try Connections(for: address)
        transfer = try Self.transfer(from: address, over: connections, settings: settings)
        self.address = address
        self.connections = connections
        self.settings = settings
        self.log = log
    }

    /// Waits for the next bytes of the body.
    ///
    /// - Parameter output: Where they are written; must not be empty.
    /// - Returns: Bytes read; 0 at the end of the body.
    /// - Throws: ``HTTPError`` once a retry cannot help or no retries are left.
    package func read(into output: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
        precondition(!output.isEmpty, "the output buffer is empty")
        while !hasEnded {
            do throws(HTTPError) {
                let count = try transfer.read(into: output)
                try checkResponse()
                if count == 0 { hasEnded = true }
                if count > 0 { failures = 0 }
                received += Int64(count)
                return count
            } catch { try resume(after: error) }
        }
        return 0
    }

    /// Reads the headers of the first response, and checks that a later one continues it.
    private func checkResponse() throws(HTTPError) {
        guard !isChecked else { return }
        isChecked = true
        guard transfer.status < 400 else {
            throw error(.status(transfer.status), "the server responded with status \(transfer.status)")
        }
        guard received > 0 else {
            length = transfer.length
            validator = strongValidator()
            return
        }
        guard transfer.status == 206, transfer.header("Content-Range")?.hasPrefix("bytes \(received)-") == true else {
            throw error(.changed, "the content has changed on the server, or the server cannot send a part of it")
        }
    }

    /// A validator that stands for the same bytes: a weak ETag does not.
    private func strongValidator() -> String? {
        if let tag = transfer.header("ETag") { return tag.hasPrefix("W/") ? nil : tag }
        return transfer.header("Last-Modified")
    }

    private func resume(after failure: HTTPError) throws(HTTPError) {
        guard failure.isTransient, failures < settings.retries else { throw error(failure.code, failure.detail) }
        var headers: [HTTPHeader] = []
        if received > 0 {
            guard let validator else {
                throw error(failure.code, "\(failure.detail); the server sends no ETag or date by which to resume")
            }
            headers = [HTTPHeader("Range", "bytes=\(received)-"), HTTPHeader("If-Range", validator)]
        }
        let wait = min(settings.firstWait * (1 << min(failures, 10)), Self.longestWait)
        failures += 1
        let error = error(failure.code, failure.detail)
        log("\(error); retrying in \(wait.milliseconds / 1_000) s (\(failures) of \(settings.retries))")
        pause(for: wait)
        isChecked = false
        transfer = try Self.transfer(from: address, over: connections, settings: settings, headers: headers)
    }

    private static func transfer(
        from address: Address, over connections: Connections, settings: HTTPSettings, headers: [HTTPHeader] = []
    ) throws(HTTPError) -> Transfer {
        var request = HTTPRequest(.get, address.text, headers: headers)
        request.followsRedirects = true
        return try Transfer(request, to: address, over: connections, settings: settings, deadline: nil)
    }

    private func error(_ code: HTTPError.Code, _ detail: String) -> HTTPError {
        HTTPError(code: code, address: address.shown, offset: received, detail: detail)
    }
}
