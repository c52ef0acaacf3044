/// A change of state between a client and its servers; told once, when it happens.
package enum KafkaEvent: Hashable, Sendable, CustomStringConvertible {
    /// A server's connection broke or cannot be made. The client goes on trying.
    case serverLost(server: String, reason: String)
    case serverBack(server: String)
    case allServersLost
    /// A server is there, but TLS or the authentication failed. The client goes on trying.
    case refused(server: String, KafkaError)
    /// A topic that is read is not there, or was deleted.
    case topicMissing(String)
    case topicBack(String)
    /// All that the partition has now is read; the next message will have this offset.
    case reachedEnd(KafkaPartition, offset: Int64)
    /// A partition cannot be read on as it should: a message too large, damaged data, an offset that is no longer there.
    case partitionTrouble(KafkaPartition, KafkaError)
    /// The servers do not have the offset that was asked for, which lies before their first message or beyond their last:
    /// the partition is read from its beginning, or as `auto.offset.reset` says from its end.
    case offsetReset(KafkaPartition, offset: Int64, toEnd: Bool)
    /// Offsets that were to be committed without waiting were not.
    case commitFailed(KafkaError)
    /// The group has given the partitions away, since `poll` was not called for `max.poll.interval.ms`.
    case pollTooLate(String)
    case trouble(KafkaError)
    /// The client can do no more: another one must be made.
    case fatal(String)

    package var description: String {
        switch self {
        case .serverLost(let server, let reason): "\(server) is lost: \(reason)"
        case .serverBack(let server): "\(server) is back"
        case .allServersLost: "no server can be reached"
        case .refused(let server, let error): "\(server) refuses the connection: \(error.detail)"
        case .topicMissing(let topic): "there is no topic \(topic)"
        case .topicBack(let topic): "the topic \(topic) is there"
        case .reachedEnd(let partition, let offset): "\(partition) is read to its end, \(offset)"
        case .partitionTrouble(let partition, let error): "\(partition): \(error.detail)"
        case .offsetReset(let partition, let offset, let toEnd):
            "\(partition): there is no offset \(offset); reads from the \(toEnd ? "end" : "first message"). "
                + "If the topic was made again, read it by another group into another data folder"
        case .commitFailed(let error): "offsets are not committed: \(error.detail)"
        case .pollTooLate(let reason): reason
        case .trouble(let error): error.detail
        case .fatal(let reason): "the client ends: \(reason)"
        }
    }
}
