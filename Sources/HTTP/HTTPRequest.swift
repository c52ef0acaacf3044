/// What is asked of a server.
package enum HTTPMethod: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// One line of a request's or an answer's head.
package struct HTTPHeader: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request. Its headers and the address's query may hold secrets: no error shows them.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    /// An http or https address.
    package var url: String
    package var headers: [HTTPHeader]
    package var body: [UInt8]
    /// Whether a redirect is followed, as often as ``HTTPSettings/redirects`` allows, or is the answer.
    package var followsRedirects = false

    package init(_ method: HTTPMethod, _ url: String, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
