internal import CGRPC
internal import Threads

/// A request whose answer is under way; let go of before that, it is cancelled.
package final class GRPCUnaryCall: Sendable {
    private let call: NativeCall
    private let isDone: Monitor<Bool>

    init(_ call: NativeCall, _ request: [UInt8], _ metadata: [(String, String)]) throws(GRPCError) {
        let isDone = Monitor(false)
        var metadata = try CallMetadata(metadata, for: call)
        try metadata.withEntries { (entries, count) throws(GRPCError) in
            try call.begin(
                sending: request, { grpc_shim_start_unary(call.handle, entries, count, $0, call.answer, $1) },
                // The status says whether the call succeeded.
                done: { _ in isDone.change { $0 = true } })
        }
        self.call = call
        self.isDone = isDone
    }

    deinit { call.cancel() }

    /// Ends the call; ``wait()`` throws `cancelled` unless the answer was already there.
    package func cancel() { call.cancel() }

    /// Waits for the answer, at most until the call's deadline.
    package func wait() throws(GRPCError) -> [UInt8] {
        _ = isDone.wait { $0 ? () : nil }
        if let failure = call.failure() { throw failure }
        guard let message = call.answer.pointee.message else {
            throw call.error(.internal, "the server sent no message")
        }
        return try call.copy(message)
    }
}
