internal import CGRPC
internal import Foundation

/// A completion queue and the thread that empties it: the network's progress is made on that thread.
///
/// The thread ends, and destroys the queue, after ``shutDown()``, once every operation begun before is done.
struct CompletionQueue: Sendable {
    // "grpc_completion_queue_next" may run while other threads begin operations on the queue's calls.
    nonisolated(unsafe) let handle: OpaquePointer

    init() {
        handle = grpc_completion_queue_create_for_next(nil)
        let queue = self
        let thread = Thread { queue.run() }
        thread.name = "grpc"
        thread.start()
    }

    func shutDown() { grpc_completion_queue_shutdown(handle) }

    private func run() {
        while true {
            let event = grpc_completion_queue_next(handle, gpr_inf_future(GPR_CLOCK_MONOTONIC), nil)
            guard event.type == GRPC_OP_COMPLETE, let tag = event.tag else { break }
            Unmanaged<Operation>.fromOpaque(tag).takeRetainedValue().done(event.success != 0)
        }
        grpc_completion_queue_destroy(handle)
    }
}

/// An operation that the library works on. It holds its call, so that the places it writes to stay.
final class Operation: Sendable {
    private let call: NativeCall
    let done: @Sendable (Bool) -> Void

    init(_ call: NativeCall, done: @escaping @Sendable (Bool) -> Void) {
        self.call = call
        self.done = done
    }
}
