internal import Foundation
package import HTTP
internal import GoogleAuth
internal import Threads

/// Runs a stage for what is pushed to it: Pub/Sub's push subscriptions, and Eventarc, which wraps the same envelope.
///
/// 204 says that a message is done, 400 that the request is no envelope, 429 that all workers are busy, and 503 that a
/// service has failed and the message must come again.
package final class StagePush<Stores: StageStores>: Sendable {
    private struct State {
        /// A worker is one thread's at a time: it is taken out of here, and put back.
        var free: [StageWorker<Stores>]
        var counts = StageCounts()
    }

    private let state: Monitor<State>
    private let note: @Sendable (String) -> Void

    /// - Parameters:
    ///   - workers: As many as messages may be worked on at once.
    ///   - note: Told in a line what fails.
    package init(_ workers: [StageWorker<Stores>], note: @escaping @Sendable (String) -> Void) {
        state = Monitor(State(free: workers))
        self.note = note
    }

    package var counts: StageCounts { state.withLock { $0.counts } }

    /// Answers one request.
    package func answer(_ body: [UInt8]) -> HTTPResponse {
        guard let message = StageMessage(envelope: body) else {
            return HTTPResponse(status: 400, headers: [], body: Array("no Pub/Sub envelope\n".utf8))
        }
        guard var worker = state.withLock({ $0.free.popLast() }) else {
            return HTTPResponse(status: 429, headers: [], body: [])
        }
        defer { state.withLock { $0.free.append(worker) } }
        do throws(GoogleCloudError) {
            let counts = try worker.take([message])
            state.withLock { $0.counts += counts }
            return HTTPResponse(status: 204, headers: [], body: [])
        } catch {
            note("message \(message.id) must come again: \(error)")
            return HTTPResponse(status: 503, headers: [], body: [])
        }
    }
}

extension StageMessage {
    /// Reads `{"message": {"data": BASE64, "attributes": {...}, "messageId": ...}}`, as it is, as in a CloudEvent of binary
    /// mode, or as the `data` of one of structured mode; `nil` for anything else.
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
