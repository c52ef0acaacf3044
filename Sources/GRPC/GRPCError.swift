/// Why a call failed, at which method of which server.
package struct GRPCError: Error, Hashable, CustomStringConvertible {
    /// The call's status.
    package let code: GRPCStatus
    /// The server's words, or the library's where no server answered.
    package let detail: String
    /// A serialized `google.rpc.Status` out of the trailing metadata `grpc-status-details-bin`; empty where none came.
    package let details: [UInt8]
    /// Such as `/google.pubsub.v1.Publisher/Publish`.
    package let method: String
    /// The server that was called.
    package let target: String

    /// An error of a call of `method` at `target`.
    package init(_ code: GRPCStatus, _ detail: String, details: [UInt8] = [], method: String, target: String) {
        self.code = code
        self.detail = detail
        self.details = details
        self.method = method
        self.target = target
    }

    package var description: String { "grpc: \(method) at \(target): \(code): \(detail)" }
}
