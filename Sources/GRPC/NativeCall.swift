internal import CGRPC

/// A call of the library's, with the places that its answers go to. It ends with its last operation or owner.
final class NativeCall: Sendable {
    /// Keeps the channel and its queue for as long as the call.
    let channel: GRPCChannel
    let method: String
    // "grpc_call_cancel" is safe from any thread; operations are begun one at a time, by their caller's lock. The answer
    // is the library's until the operation that writes it is done.
    nonisolated(unsafe) let handle: OpaquePointer
    nonisolated(unsafe) let answer: UnsafeMutablePointer<grpc_shim_answer>

    init(_ channel: GRPCChannel, _ method: String, deadline: Duration?) throws(GRPCError) {
        self.channel = channel
        self.method = method
        guard let handle = grpc_shim_call(channel.handle, channel.queue.handle, method, Self.time(deadline)) else {
            throw GRPCError(.internal, "the call could not be made", method: method, target: channel.target)
        }
        self.handle = handle
        answer = grpc_shim_answer_new()
    }

    deinit {
        grpc_shim_answer_free(answer)
        grpc_call_unref(handle)
    }

    /// Begins an operation; `done` runs on the queue's thread, with whether it succeeded.
    ///
    /// - Throws: Where the operation was not begun; `done` does not run then.
    func begin(
        _ start: (UnsafeMutableRawPointer) -> grpc_call_error, done: @escaping @Sendable (Bool) -> Void
    ) throws(GRPCError) {
        let tag = Unmanaged.passRetained(Operation(self, done: done))
        let outcome = start(tag.toOpaque())
        guard outcome == GRPC_CALL_OK else {
            tag.release()
            throw error(.internal, "the library refused an operation (\(outcome.rawValue))")
        }
    }

    /// Begins an operation that sends a message.
    func begin(
        sending message: [UInt8],
        _ start: (UnsafeMutablePointer<grpc_byte_buffer>?, UnsafeMutableRawPointer) -> grpc_call_error,
        done: @escaping @Sendable (Bool) -> Void
    ) throws(GRPCError) {
        // The library takes what is in the buffer; the buffer stays ours, and must be there until the operation is done.
        nonisolated(unsafe) let buffer = message.withUnsafeBytes { grpc_shim_buffer($0.baseAddress, $0.count) }
        do throws(GRPCError) {
            try begin({ start(buffer, $0) }) { succeeded in
                grpc_byte_buffer_destroy(buffer)
                done(succeeded)
            }
        } catch {
            grpc_byte_buffer_destroy(buffer)
            throw error
        }
    }

    func cancel() { grpc_call_cancel(handle, nil) }

    func error(_ code: GRPCStatus, _ detail: String, details: [UInt8] = []) -> GRPCError {
        GRPCError(code, detail, details: details, method: method, target: channel.target)
    }

    // MARK: - Answers

    /// How the call ended, once the operation that receives the status is done; `nil` for success.
    func failure() -> GRPCError? {
        let status = answer.pointee.status
        guard status != GRPC_STATUS_OK else { return nil }
        var details: [UInt8] = []
        let trailing = answer.pointee.trailing_metadata
        for index in 0..<trailing.count {
            var entry = trailing.metadata[index]
            guard String(decoding: Self.copy(&entry.key), as: UTF8.self) == "grpc-status-details-bin" else { continue }
            details = Self.copy(&entry.value)
        }
        let detail = String(decoding: Self.copy(&answer.pointee.status_detail), as: UTF8.self)
        return error(GRPCStatus(rawValue: Int(status.rawValue)) ?? .unknown, detail, details: details)
    }

    /// A copy of a message, which stays its owner's.
    func copy(_ message: UnsafeMutablePointer<grpc_byte_buffer>) throws(GRPCError) -> [UInt8] {
        var reader = grpc_byte_buffer_reader()
        let count = grpc_shim_reader_start(&reader, message)
        guard count >= 0 else { throw error(.internal, "the message could not be decompressed") }
        defer { grpc_byte_buffer_reader_destroy(&reader) }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = grpc_shim_reader_copy(&reader, buffer.baseAddress, count)
        }
    }

    private static func copy(_ slice: inout grpc_slice) -> [UInt8] {
        let count = grpc_shim_slice_length(&slice)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let start = buffer.baseAddress { grpc_shim_slice_copy(&slice, start) }
            filled = count
        }
    }

    private static func time(_ deadline: Duration?) -> gpr_timespec {
        guard let deadline else { return gpr_inf_future(GPR_CLOCK_MONOTONIC) }
        let (seconds, attoseconds) = deadline.components
        let span = gpr_timespec(
            tv_sec: min(max(seconds, 0), 1 << 32), tv_nsec: Int32(max(attoseconds, 0) / 1_000_000_000),
            clock_type: GPR_TIMESPAN)
        return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), span)
    }
}
