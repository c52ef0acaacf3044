/// A whole response of a server.
package struct HTTPResponse: Sendable {
    /// The status, such as 200.
    package let status: Int
    /// The headers in their order.
    package let headers: [HTTPHeader]
    /// The body.
    package let body: [UInt8]
    /// What comes after the body, of a response whose length nobody knows; only a server that is event-driven sends it.
    package var stream: (any BodyStream)?

    /// A response of this status.
    package init(status: Int, headers: [HTTPHeader], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of a name, compared without case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
