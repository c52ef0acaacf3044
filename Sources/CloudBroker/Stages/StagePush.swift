internal import Foundation
package import HTTP
internal import GoogleAuth
internal import Threads

/// Runs a stage for push requests: of Pub/Sub's push subscriptions, and of Eventarc, which wraps the same envelope.
///
/// The response's status is 204 for a processed message, 400 for a body that is not an envelope, 429 while all workers are busy,
/// and 503 where a service failed and the message must be delivered again.
package final class StagePush<Stores: StageStores>: Sendable {
    private struct State {
        /// Idle workers; a thread removes one while it uses it.
        var free: [StageWorker<Stores>]
        var counts = StageCounts()
    }

    private let state: Monitor<State>
    private let log: @Sendable (String) -> Void

    /// A stage without messages so far.
    ///
    /// - Parameters:
    ///   - workers: The workers; each processes one message at a time.
    ///   - log: Logs each failure in a line.
    package init(_ workers: [StageWorker<Stores>], log: @escaping @Sendable (String) -> Void) {
        state = Monitor(State(free: workers))
        self.log = log
    }

    /// The counts of all messages so far.
    package var counts: StageCounts { state.withLock { $0.counts } }

    /// Processes the message in a request's body, and returns the response.
    package func answer(_ body: [UInt8]) -> HTTPResponse {
        guard let message = StageMessage(envelope: body) else {
            return HTTPResponse(status: 400, headers: [], body: Array("not a Pub/Sub envelope\n".utf8))
        }
        guard var worker = state.withLock({ $0.free.popLast() }) else {
            return HTTPResponse(status: 429, headers: [], body: [])
        }
        defer { state.withLock { $0.free.append(worker) } }
        do throws(GoogleCloudError) {
            let counts = try worker.process([message])
            state.withLock { $0.counts += counts }
            return HTTPResponse(status: 204, headers: [], body: [])
        } catch {
            log("message \(message.id) is to be delivered again: \(error)")
            return HTTPResponse(status: 503, headers: [], body: [])
        }
    }
}

extension StageMessage {
    /// Parses `{"message": {"data": BASE64, "attributes": {...}, "messageId": ...}}`, alone, as in a CloudEvent of binary mode,
    /// or as the `data` of one of structured mode; `nil` for anything else.
    init?(envelope body: [UInt8]) {
        guard let outer = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any],
            let message = (outer["data"] as? [String: Any] ?? outer)["message"] as? [String: Any],
            let id = message["messageId"] as? String ?? message["message_id"] as? String,
            let data = Data(base64Encoded: message["data"] as? String ?? "")
        else { return nil }
        self.init(
            data: ArraySlice(data), attributes: message["attributes"] as? [String: String] ?? [:], id: id)
    }
}
