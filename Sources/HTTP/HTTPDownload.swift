internal import Threads

/// A body fetched with GET, pulled by its reader: no more is received than the reader asks for, and about 2 MiB.
///
/// When the connection breaks midway it is taken up again where it broke, as long as the server says by ETag or date
/// that the thing is still the same (RFC 9110, `Range` and `If-Range`). Not `Sendable`: belongs to one thread at a time.
package final class HTTPDownload {
    let address: Address
    private let settings: HTTPSettings
    private let note: @Sendable (String) -> Void
    private let connections: Connections
    private var transfer: Transfer
    private var received: Int64 = 0
    private var validator: String?
    private var failures = 0  // since data last came
    private var isAnswered = false
    private var hasEnded = false
    private static let longestWait = Duration.seconds(60)

    /// Length of the whole body, bytes, once the first read has returned and if the server states it.
    package private(set) var length: Int64?

    /// The address without user, password and query.
    package var shownAddress: String { address.shown }

    /// Prepares the request; it is sent by the first ``read(into:)``.
    ///
    /// - Parameters:
    ///   - url: An http or https address.
    ///   - settings: Timeouts, tries and trust.
    ///   - note: Told in a line of each further try, before it waits for it.
    /// - Throws: ``HTTPError/Code/invalidAddress`` and ``HTTPError/Code/refused``.
    package init(
        _ url: String, settings: HTTPSettings = HTTPSettings(), note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(HTTPError) {
        let address = try Address(url)
        let connections = try Connections(for: address)
        transfer = try Self.transfer(from: address, over: connections, settings: settings)
        self.address = address
        self.connections = connections
        self.settings = settings
        self.note = note
    }

    /// Waits for the next bytes of the body.
    ///
    /// - Parameter output: Where they go; must not be empty.
    /// - Returns: How many came; 0 at the body's end.
    /// - Throws: ``HTTPError`` once no further try helps.
    package func read(into output: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
        precondition(!output.isEmpty, "reading needs room")
        while !hasEnded {
            do throws(HTTPError) {
                let count = try transfer.read(into: output)
                try takeAnswer()
                if count == 0 { hasEnded = true }
                if count > 0 { failures = 0 }
                received += Int64(count)
                return count
            } catch { try takeUpAgain(after: error) }
        }
        return 0
    }

    /// Reads the first answer's headers, and holds every later answer against what was asked.
    private func takeAnswer() throws(HTTPError) {
        guard !isAnswered else { return }
        isAnswered = true
        guard transfer.status < 400 else {
            throw error(.status(transfer.status), "the server answered with status \(transfer.status)")
        }
        guard received > 0 else {
            length = transfer.length
            validator = strongValidator()
            return
        }
        guard transfer.status == 206, transfer.header("Content-Range")?.hasPrefix("bytes \(received)-") == true else {
            throw error(.changed, "the server has something else there now, or cannot send a part")
        }
    }

    /// A validator that stands for the same bytes: a weak ETag does not.
    private func strongValidator() -> String? {
        if let tag = transfer.header("ETag") { return tag.hasPrefix("W/") ? nil : tag }
        return transfer.header("Last-Modified")
    }

    private func takeUpAgain(after failure: HTTPError) throws(HTTPError) {
        guard failure.isTransient, failures < settings.retries else { throw error(failure.code, failure.detail) }
        var headers: [HTTPHeader] = []
        if received > 0 {
            guard let validator else {
                throw error(failure.code, "\(failure.detail); the server gives nothing to take it up again by")
            }
            headers = [HTTPHeader("Range", "bytes=\(received)-"), HTTPHeader("If-Range", validator)]
        }
        let wait = min(settings.firstWait * (1 << min(failures, 10)), Self.longestWait)
        failures += 1
        let error = error(failure.code, failure.detail)
        note("\(error); tries again in \(wait.milliseconds / 1_000) s (\(failures) of \(settings.retries))")
        pause(for: wait)
        isAnswered = false
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
