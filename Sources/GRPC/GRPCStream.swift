internal import CGRPC
internal import Threads

/// What a stream had within the time given.
package enum GRPCReceived: Hashable, Sendable {
    case message([UInt8])
    /// None in time; it may come yet.
    case nothing
    /// The server has sent all, and says that all is well.
    case end
}

/// Messages in both directions; one thread may send while another receives. Let go of, it is cancelled.
///
/// At most one message waits here to be received; the server is slowed by HTTP/2's flow control beyond that.
package final class GRPCStream: Sendable {
    private struct State {
        var isReceiving = false
        /// A message, or that none comes any more, waits in the call's answer.
        var hasReceived = false
        var isEnded = false
        var hasStatus = false
        /// Messages whose sending was begun, and those of them that went out.
        var begun = 0
        var sent = 0
        var hasFailedToSend = false

        var isSending: Bool { begun > sent }
    }

    private let call: NativeCall
    private let state = Monitor(State())

    init(_ call: NativeCall, _ metadata: [(String, String)]) throws(GRPCError) {
        self.call = call
        var metadata = try CallMetadata(metadata, for: call)
        let state = state
        try metadata.withEntries { (entries, count) throws(GRPCError) in
            try call.begin({ grpc_shim_start_stream(call.handle, entries, count, call.answer, $0) }, done: { _ in })
        }
        do throws(GRPCError) {
            try call.begin({ grpc_shim_receive_status(call.handle, call.answer, $0) }) { _ in
                state.change { $0.hasStatus = true }
            }
        } catch {
            call.cancel()
            throw error
        }
    }

    deinit { call.cancel() }

    /// Ends the stream: ``receive(timeout:)`` throws `cancelled` from then on, and so does a ``send(_:)`` that waits.
    package func cancel() { call.cancel() }

    // MARK: - Sending

    /// Sends a message; waits while the server takes no more.
    ///
    /// - Throws: Why the stream ended; code `unavailable` where the server ended it without an error.
    package func send(_ message: [UInt8]) throws(GRPCError) {
        try send { (call, done) throws(GRPCError) in
            try call.begin(sending: message, { grpc_shim_send(call.handle, $0, $1) }, done: done)
        }
    }

    /// Tells the server that no more messages come.
    package func finishSending() throws(GRPCError) {
        try send { (call, done) throws(GRPCError) in
            try call.begin({ grpc_shim_finish_sending(call.handle, $0) }, done: done)
        }
    }

    private func send(
        _ begin: (NativeCall, @escaping @Sendable (Bool) -> Void) throws(GRPCError) -> Void
    ) throws(GRPCError) {
        let begun = state.wait { [call, state] (now: inout State) -> Result<Int, GRPCError>? in
            guard !now.hasFailedToSend, !now.hasStatus else { return .success(0) }
            guard !now.isSending else { return nil }
            do throws(GRPCError) {
                try begin(call) { succeeded in
                    state.change { now in
                        now.sent += 1
                        if !succeeded { now.hasFailedToSend = true }
                    }
                }
            } catch {
                return .failure(error)
            }
            now.begun += 1
            return .success(now.begun)
        }
        guard let number = try begun?.get() else { return }
        let wentOut = state.wait { now -> Bool? in
            if now.hasFailedToSend || number == 0 { return false }
            return now.sent >= number ? true : nil
        }
        guard wentOut != true else { return }
        // The status may stand behind messages that are not received yet, perhaps by this very thread.
        let hasStatus = state.wait(for: .seconds(1)) { $0.hasStatus ? true : nil } ?? false
        throw (hasStatus ? call.failure() : nil) ?? call.error(.unavailable, "the server has ended the stream")
    }

    // MARK: - Receiving

    /// The next message. One thread at a time.
    ///
    /// - Parameter timeout: The longest wait; zero to look only.
    /// - Returns: A message, none in time, or the end.
    /// - Throws: Why the stream ended, once all that came before is received.
    package func receive(timeout: Duration) throws(GRPCError) -> GRPCReceived {
        try state.withLock { (now) throws(GRPCError) in
            if !now.isReceiving && !now.hasReceived && !now.isEnded { try beginReceiving(&now) }
        }
        let received = state.wait(for: timeout) { now -> UnsafeMutablePointer<grpc_byte_buffer>?? in
            if now.isEnded { return now.hasStatus ? .some(nil) : nil }
            guard now.hasReceived else { return nil }
            now.hasReceived = false
            let message = call.answer.pointee.message
            call.answer.pointee.message = nil
            guard let message else {
                now.isEnded = true
                return now.hasStatus ? .some(nil) : nil
            }
            return message
        }
        guard let received else { return .nothing }
        guard let message = received else {
            if let failure = call.failure() { throw failure }
            return .end
        }
        defer { grpc_byte_buffer_destroy(message) }
        // The next one travels while this one is looked at.
        try state.withLock { (now) throws(GRPCError) in try beginReceiving(&now) }
        return .message(try call.copy(message))
    }

    private func beginReceiving(_ now: inout State) throws(GRPCError) {
        let state = state
        try call.begin({ grpc_shim_receive(call.handle, call.answer, $0) }) { _ in
            state.change { now in
                now.isReceiving = false
                now.hasReceived = true
            }
        }
        now.isReceiving = true
    }
}
