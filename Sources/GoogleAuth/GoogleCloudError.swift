/// Why a service of Google Cloud did not do what was asked, and of what.
///
/// Never holds a token, a key or a query: it may be logged and shown.
package struct GoogleCloudError: Error, Hashable, CustomStringConvertible {
    /// gRPC's status codes, which Google's services use over HTTP too, and two of our own.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        case invalidArgument = "invalid argument"
        case unauthenticated = "not authenticated"
        case permissionDenied = "permission denied"
        case notFound = "not found"
        case alreadyExists = "already there"
        case resourceExhausted = "quota or rate exceeded"
        case failedPrecondition = "precondition failed"
        case aborted = "aborted"
        case outOfRange = "out of range"
        case unimplemented = "not implemented"
        case `internal` = "internal error of the service"
        case unavailable = "unavailable"
        case deadlineExceeded = "deadline exceeded"
        case cancelled = "cancelled"
        case dataLoss = "data lost or damaged"
        case unknown = "unknown error"
        case credentials = "no usable credentials"  // none found, malformed, or refused for good
        case malformedAnswer = "malformed answer"  // the service's answer cannot be read
    }
    /// What kind of failure it is.
    package let code: Code
    /// The service's name.
    package let service: String  // such as `Cloud Storage`
    /// What was asked for; empty where it is nothing in particular.
    package let resource: String  // such as `gs://bucket/object`
    /// What went wrong.
    package let detail: String

    /// An error of a service about a resource.
    package init(_ code: Code, service: String, resource: String, detail: String) {
        self.code = code
        self.service = service
        self.resource = resource
        self.detail = detail
    }

    package var description: String {
        let what = resource.isEmpty ? service : "\(service), \(resource)"
        return detail.isEmpty ? "\(what): \(code.rawValue)" : "\(what): \(code.rawValue): \(detail)"
    }
}
