internal import Compression
internal import HTTP
internal import Hashing

/// What a route answers with, before it is fitted to the request: conditional, compressed.
struct WebAnswer {
    /// How long an answer is good.
    enum Caching {
        /// Asked again each time, and not sent again where it has not changed.
        case checked
        /// It never changes.
        case unchanging
        /// It is not kept.
        case none

        var header: String {
            switch self {
            case .checked: "no-cache"
            case .unchanging: "private, max-age=86400, immutable"
            case .none: "no-store"
            }
        }
    }

    let status: Int
    let type: String
    let body: [UInt8]
    var headers: [HTTPHeader] = []
    var caching = Caching.checked
    /// What comes after the body, where it has no end.
    var stream: (any BodyStream)?

    /// Its tag and its compressed body, of an answer that is kept for several requests; `nil` where they are made for each.
    private var tag: String?
    private var small: [UInt8]?

    init(_ body: [UInt8], _ type: String, status: Int = 200) {
        (self.body, self.type, self.status) = (body, type, status)
    }

    /// What a browser asks before it lets a page of another site send a token.
    static let preflight: WebAnswer = {
        var answer = WebAnswer([], "text/plain", status: 204)
        answer.headers = [
            HTTPHeader("Access-Control-Allow-Methods", "GET, HEAD, POST"),
            HTTPHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match"),
            HTTPHeader("Access-Control-Max-Age", "3600"),
        ]
        return answer
    }()

    /// The same with what each request would else make again.
    var packed: WebAnswer {
        var packed = self
        packed.tag = madeTag
        packed.small = compressed()
        return packed
    }

    /// The bytes that it takes in memory.
    var bytes: Int { body.count + (small?.count ?? 0) + 512 }

    /// Smaller bodies are not worth it.
    private static let leastCompressed = 1_024

    /// The response to a request.
    func response(to request: HTTPRequest, origin: String?) -> HTTPResponse {
        var headers = headers + SafetyHeaders.all
        headers.append(HTTPHeader("Cache-Control", caching.header))
        headers.append(HTTPHeader("Vary", "Accept-Encoding, Authorization, Cookie"))
        if let origin {
            headers.append(HTTPHeader("Access-Control-Allow-Origin", origin))
            headers.append(HTTPHeader("Access-Control-Expose-Headers", "ETag, Retry-After, Content-Disposition"))
            headers.append(HTTPHeader("Cross-Origin-Resource-Policy", "cross-origin"))
        } else {
            headers.append(HTTPHeader("Cross-Origin-Resource-Policy", "same-origin"))
        }
        if status == 200, caching != .none {
            let tag = tag ?? madeTag
            headers.append(HTTPHeader("ETag", tag))
            if Self.names(tag, in: request) { return HTTPResponse(status: 304, headers: headers, body: []) }
        }
        if !body.isEmpty || stream != nil { headers.append(HTTPHeader("Content-Type", type)) }
        if let stream {
            var response = HTTPResponse(status: status, headers: headers, body: body)
            response.stream = stream
            return response
        }
        if Self.takesGzip(request), let small = small ?? compressed() {
            headers.append(HTTPHeader("Content-Encoding", "gzip"))
            return HTTPResponse(status: status, headers: headers, body: small)
        }
        return HTTPResponse(status: status, headers: headers, body: body)
    }

    /// RFC 9110, 13.1.2: compared weakly.
    private static func names(_ tag: String, in request: HTTPRequest) -> Bool {
        request.headers.contains { header in
            header.name.lowercased() == "if-none-match"
                && header.value.split(separator: ",").contains { word in
                    let word = word.trimmingPrefix { $0 == " " }.reversed().drop { $0 == " " }.reversed()
                    let given = String(word)
                    return given == "*" || given == tag || "W/" + given == tag
                }
        }
    }

    /// Weak, since a compressed body is another one of the same meaning.
    private var madeTag: String { "W/\"\(Digest.hexadecimal(Digest.sha256(body[...]).prefix(16)))\"" }

    private func compressed() -> [UInt8]? {
        guard body.count >= Self.leastCompressed, !type.hasPrefix("image/") else { return nil }
        let packed = try? Gzip.compress(body[...], level: 4)
        return packed.flatMap { $0.count < body.count ? $0 : nil }
    }

    /// Whether a request takes gzip: RFC 9110, 12.5.3.
    static func takesGzip(_ request: HTTPRequest) -> Bool {
        request.headers.contains { header in
            header.name.lowercased() == "accept-encoding"
                && header.value.lowercased().split(separator: ",").contains { coding in
                    let parts = coding.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
                    guard parts.first == "gzip" || parts.first == "*" else { return false }
                    return !parts.dropFirst().contains {
                        $0.hasPrefix("q=0") && $0.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" }
                    }
                }
        }
    }
}
