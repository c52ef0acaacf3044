internal import GoogleAuth
internal import GRPC
internal import Protobuf

/// The calls that acknowledge, extend and give back, each for many messages.
struct AckCalls {
    enum Kind: Hashable {
        case acknowledge
        /// Leases for so many seconds from now; 0 gives the messages back.
        case lease(seconds: Int)
    }

    /// What the service said of one message.
    enum Answer {
        case done
        /// It may be asked again.
        case again(GoogleCloudError)
        case failed(GoogleCloudError)
    }

    /// A call under way.
    struct Pending {
        let kind: Kind
        let ackIDs: [String]
        let call: Result<GRPCUnaryCall, GoogleCloudError>
    }

    let client: PubSubClient
    let subscription: String
    /// Shorter than the shortest lease.
    private static let deadline = Duration.seconds(8)
    /// So many names, of about 200 bytes each, stay below the service's limit for a request.
    static let batch = PubSub.Limits.acknowledgeBytes / 256

    /// Begins calls for any number of messages.
    func start(_ kind: Kind, _ ackIDs: [String]) -> [Pending] {
        stride(from: 0, to: ackIDs.count, by: Self.batch).map { start in
            let part = Array(ackIDs[start..<min(start + Self.batch, ackIDs.count)])
            return Pending(
                kind: kind, ackIDs: part, call: Result { () throws(GoogleCloudError) in try begin(kind, part) })
        }
    }

    private func begin(_ kind: Kind, _ ackIDs: [String]) throws(GoogleCloudError) -> GRPCUnaryCall {
        let metadata = try client.metadata(subscription, "subscription")
        do throws(GRPCError) {
            switch kind {
            case .acknowledge:
                return try client.channel.start(
                    PubSubClient.path("Subscriber/Acknowledge"),
                    PubSub.AcknowledgeRequest(subscription, ackIDs).serialized, metadata: metadata,
                    deadline: Self.deadline)
            case .lease(let seconds):
                return try client.channel.start(
                    PubSubClient.path("Subscriber/ModifyAckDeadline"),
                    PubSub.ModifyAckDeadlineRequest(subscription, ackIDs, seconds: Int32(seconds)).serialized,
                    metadata: metadata, deadline: Self.deadline)
            }
        } catch { throw PubSubClient.error(error, subscription) }
    }

    /// Waits for a call, and says what the service answered for each message.
    ///
    /// With exactly-once delivery the answer may differ from message to message: it lies in the error's details, as
    /// https://cloud.google.com/pubsub/docs/exactly-once-delivery has it.
    func answers(_ pending: Pending, retries: RetryPolicy) -> [(ackID: String, answer: Answer)] {
        let failure: GoogleCloudError
        var each: [String: String] = [:]
        do throws(GoogleCloudError) {
            let call = try pending.call.get()
            do throws(GRPCError) {
                _ = try call.wait()
                return pending.ackIDs.map { ($0, .done) }
            } catch {
                for info in ErrorInfo.all(in: error.details) {
                    each.merge(info.metadata.filter { Self.isForOneMessage($0.value) }) { $1 }
                }
                throw PubSubClient.error(error, subscription)
            }
        } catch { failure = error }
        return pending.ackIDs.map { ackID in
            guard let reason = each[ackID] else {
                // Where single messages are named, those that are not have succeeded, as Google's Java client takes it.
                if !each.isEmpty { return (ackID, .done) }
                return (ackID, retries.codes.contains(failure.code) ? .again(failure) : .failed(failure))
            }
            let error = GoogleCloudError(
                .failedPrecondition, service: failure.service, resource: failure.resource, detail: reason)
            return (ackID, reason.hasPrefix(Self.transient) ? .again(error) : .failed(error))
        }
    }

    private static let transient = "TRANSIENT_FAILURE_"

    /// Other errors have such details too, of another kind.
    private static func isForOneMessage(_ reason: String) -> Bool {
        reason.hasPrefix(transient) || reason.hasPrefix("PERMANENT_FAILURE_")
    }
}
