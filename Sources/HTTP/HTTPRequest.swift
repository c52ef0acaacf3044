/// A request method.
package enum HTTPMethod: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// A header field of a request or a response.
package struct HTTPHeader: Hashable, Sendable {
    /// The header's name.
    package let name: String
    /// Its value.
    package let value: String

    /// A header of this name and value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request. Its headers and the address's query may hold secrets: no error shows them.
package struct HTTPRequest: Sendable {
    /// The method.
    package var method: HTTPMethod
    /// An http or https address.
    package var url: String
    /// Headers in addition to those that follow from the request.
    package var headers: [HTTPHeader]
    /// The body; empty for none.
    package var body: [UInt8]
    /// Whether redirects are followed, up to ``HTTPSettings/redirects``; if not, a redirect is the response.
    package var followsRedirects = false

    /// A request to an address.
    package init(_ method: HTTPMethod, _ url: String, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
