/// Fetches small bodies whole, such as a schema from a registry.
package enum HTTP {
    /// Fetches a body.
    ///
    /// - Parameters:
    ///   - url: An http or https address.
    ///   - limit: The longest body allowed, bytes.
    ///   - settings: Timeouts, retries and trust.
    /// - Returns: The body.
    /// - Throws: ``HTTPError``, among them ``HTTPError/Code/tooLong`` and ``HTTPError/Code/status(_:)``.
    package static func get(
        _ url: String, limit: Int, settings: HTTPSettings = HTTPSettings()
    ) throws(HTTPError) -> [UInt8] {
        let download = try HTTPDownload(url, settings: settings)
        return try wholeBody(limit: limit, from: download.address, read: download.read)
    }
}

/// Reads to the end of the body.
///
/// - Throws: What `read` throws, and ``HTTPError/Code/tooLong`` as soon as more than `limit` bytes were received.
func wholeBody(
    limit: Int, from address: Address, read: (UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int
) throws(HTTPError) -> [UInt8] {
    var body: [UInt8] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { piece.deallocate() }
    while true {
        let count = try read(piece)
        guard count > 0 else { return body }
        guard count <= limit - body.count else {
            throw HTTPError(
                code: .tooLong, address: address.shown, offset: Int64(body.count + count),
                detail: "the body is longer than \(limit) bytes")
        }
        body.append(contentsOf: piece[..<count])
    }
}
