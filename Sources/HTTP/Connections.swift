internal import CCurl

/// Connections to servers, kept open after a transfer for the next one; used by one transfer at a time.
///
/// `@unchecked Sendable` because libcurl lets any thread use a handle, only never two at once
/// (libcurl-thread(3)): ``HTTPClient`` hands it to one thread at a time, a download keeps it to itself.
final class Connections: @unchecked Sendable {
    let multi: UnsafeMutableRawPointer
    private static let limit = 4  // connections kept open; there is one transfer at a time

    /// - Throws: ``HTTPError/Code/refused`` when memory is exhausted.
    init(for address: Address) throws(HTTPError) {
        guard Self.isReady, let multi = curl_multi_init() else {
            throw HTTPError(code: .refused, address: address.shown, offset: 0, detail: "libcurl does not start")
        }
        self.multi = multi
        _ = curl_shim_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.limit)
    }

    deinit { curl_multi_cleanup(multi) }

    /// libcurl's global state, initialised once; thread-safe since libcurl 7.84.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
