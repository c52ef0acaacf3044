internal import GoogleAuth
internal import HTTP

/// An upload in pieces that goes on after a break where the service has got to
/// (Cloud Storage, "Resumable uploads": `PUT` with `Content-Range`, status 308).
struct ResumableUpload {
    private let client: StorageClient
    private let bytes: [UInt8]
    private let resource: String
    private let session: String  // a secret address: whoever has it may write, so no authorization is sent there
    private var sent = 0  // bytes that the service has
    private var isSure = true  // whether it is known how many it has
    private var idle = 0  // answers that brought nothing forward
    private static let mostIdle = 5

    /// Begins an upload.
    init(_ upload: StorageUpload, sum: UInt32, client: StorageClient) throws(GoogleCloudError) {
        self.client = client
        bytes = upload.bytes
        resource = upload.path.description
        let response = try client.answer(to: upload.beginning(sum: sum))
        guard let session = response.header("Location") else {
            throw StorageClient.error(.malformedAnswer, resource, "no address to upload to")
        }
        self.session = session
    }

    private enum Progress {
        case done(JSONObject)
        case more(from: Int)
        case lost
    }

    /// Sends all pieces, each again by the client's rules where it failed.
    ///
    /// - Returns: The object's description; `nil` where the service has forgotten the upload.
    /// - Throws: ``GoogleCloudError``.
    mutating func run() throws(GoogleCloudError) -> JSONObject? {
        while true {
            switch try client.rest.retries.run({ () throws(GoogleCloudError) in try step() }) {
            case .done(let fields): return fields
            case .lost: return nil
            case .more(let place):
                idle = place > sent ? 0 : idle + 1
                guard idle < Self.mostIdle else {
                    throw StorageClient.error(.unavailable, resource, "the upload does not go on from byte \(place)")
                }
                sent = place
            }
        }
    }

    /// Sends the next piece, or asks first where to go on.
    private mutating func step() throws(GoogleCloudError) -> Progress {
        guard isSure, sent < bytes.count else {
            let progress = try put([], range: "bytes */\(bytes.count)")
            isSure = true
            return progress
        }
        isSure = false
        let end = min(sent + client.chunk, bytes.count)
        let progress = try put(Array(bytes[sent..<end]), range: "bytes \(sent)-\(end - 1)/\(bytes.count)")
        isSure = true
        return progress
    }

    private func put(_ piece: [UInt8], range: String) throws(GoogleCloudError) -> Progress {
        let request = HTTPRequest(.put, session, headers: [HTTPHeader("Content-Range", range)], body: piece)
        let response = try client.rest.send(request, limit: StorageClient.longestAnswer, resource: resource)
        switch response.status {
        case 200, 201: return .done(try client.rest.object(in: response.body, resource: resource))
        case 308: return .more(from: try received(response))
        case 404, 410: return .lost
        default: throw client.rest.refusal(response, resource)
        }
    }

    /// How many bytes the service has: `Range: bytes=0-LAST`, or none without the header.
    private func received(_ response: HTTPResponse) throws(GoogleCloudError) -> Int {
        guard let range = response.header("Range") else { return 0 }
        guard range.hasPrefix("bytes=0-"), let last = Int(range.dropFirst(8)), (0..<bytes.count).contains(last) else {
            throw StorageClient.error(.malformedAnswer, resource, "the upload's range cannot be read")
        }
        return last + 1
    }
}
