package import GRPC
internal import Protobuf

extension GoogleCloudError {
    /// What a service answered over gRPC, or that it did not.
    package init(_ error: GRPCError, service: String, resource: String) {
        let reasons = ErrorInfo.all(in: error.details).map(\.reason).filter { !$0.isEmpty }
        let added = reasons.isEmpty ? "" : " (\(Set(reasons).sorted().joined(separator: ", ")))"
        self.init(Code(error.code), service: service, resource: resource, detail: error.detail + added)
    }
}

extension GoogleCloudError.Code {
    /// The code of gRPC's status.
    package init(_ status: GRPCStatus) {
        self =
            switch status {
            case .cancelled: .cancelled
            case .unknown: .unknown
            case .invalidArgument: .invalidArgument
            case .deadlineExceeded: .deadlineExceeded
            case .notFound: .notFound
            case .alreadyExists: .alreadyExists
            case .permissionDenied: .permissionDenied
            case .resourceExhausted: .resourceExhausted
            case .failedPrecondition: .failedPrecondition
            case .aborted: .aborted
            case .outOfRange: .outOfRange
            case .unimplemented: .unimplemented
            case .internal: .internal
            case .unavailable: .unavailable
            case .dataLoss: .dataLoss
            case .unauthenticated: .unauthenticated
            }
    }
}
