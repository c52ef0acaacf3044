internal import CKafka
internal import Foundation
internal import Synchronization

/// What librdkafka's callbacks leave for the next `poll`: events, and a rebalance that waits for its answer.
///
/// Callbacks come on the thread that polls, and log lines on librdkafka's own threads; hence the lock.
final class KafkaEventQueue: Sendable {
    struct Contents {
        var events: [KafkaEvent] = []
        var rebalance: KafkaRebalance?
        var isClosing = false
        /// Servers whose loss was reported, and what else was reported and still holds.
        var lost: Set<String> = []
        var allLost = false
        var missingTopics: Set<String> = []
        var reported: Set<Reported> = []
        var lastLines: [String] = []
        var deliveries = KafkaDeliveries()
        var undelivered = 0
    }

    struct Reported: Hashable {
        let subject: String
        let code: KafkaError.Code
    }

    let contents = Mutex(Contents())
    /// What no event may repeat, whoever says it.
    private let secrets: [String]

    init(secrets: [String] = []) { self.secrets = secrets }

    /// Events that wait to be fetched are few, since each stands for a change; a client that is never polled keeps no more.
    static let eventLimit = 1_000
    private static let lineLimit = 50

    func drain() -> (events: [KafkaEvent], rebalance: KafkaRebalance?) {
        contents.withLock { contents in
            defer { contents.events.removeAll() }
            return (contents.events, contents.rebalance)
        }
    }

    func hasNews() -> Bool { contents.withLock { !$0.events.isEmpty || $0.rebalance != nil } }

    /// A line of librdkafka's log.
    ///
    /// - Parameters:
    ///   - facility: What the line is about, such as `FAIL`.
    ///   - line: The line.
    func log(_ facility: String, _ line: String) {
        let reset = facility == "OFFSET" ? Self.offsetReset(line) : nil
        let line = "\(facility): \(line)"
        contents.withLock { contents in
            if let reset { contents.post(reset) }
            if contents.lastLines.count >= Self.lineLimit { contents.lastLines.removeFirst() }
            contents.lastLines.append(line)
        }
    }

    /// The only news that librdkafka gives of it: "TOPIC [0]: offset reset (at offset 99, broker 1) to BEGINNING: ...".
    private static func offsetReset(_ line: String) -> KafkaEvent? {
        let pattern =
            /(?:\[thrd:[^\]]*\]: )?(.+) \[(\d+)\]: offset reset \(at offset (\d+).*?\) to .*?(BEGINNING|END)\b.*/
        guard let match = line.wholeMatch(of: pattern), let number = Int32(match.2), let offset = Int64(match.3) else {
            return nil
        }
        return .offsetReset(KafkaPartition(String(match.1), number), offset: offset, toEnd: match.4 == "END")
    }

    /// What `rd_kafka_conf_set_error_cb` reports.
    func error(_ response: rd_kafka_resp_err_t, _ reason: String) {
        let reason = KafkaConfiguration.hiding(secrets, in: reason)
        let server = Self.server(in: reason)
        contents.withLock { contents in
            switch KafkaError.Code(response) {
            case _ where response == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
                guard !contents.allLost else { return }
                contents.allLost = true
                contents.post(.allServersLost)
            case .unreachable, .unresolved, .timedOut:
                guard contents.lost.insert(server).inserted else { return }
                contents.post(.serverLost(server: server, reason: reason))
            case .tls, .authentication:
                let error = KafkaError(response, "connect", detail: reason)
                guard contents.reported.insert(Reported(subject: server, code: error.code)).inserted else { return }
                contents.lost.insert(server)
                contents.post(.refused(server: server, error))
            case .fatal:
                contents.post(.fatal(reason))
            // It would ask for the same answer again for ever.
            case _ where reason.contains("increase receive.message.max.bytes"):
                contents.post(.fatal("a server's answer is larger than this client takes: \(reason)"))
            case .unknownTopic, .unknownPartition:
                // "TOPIC [0]: what happened"
                let topic = String(server.prefix { $0 != " " })
                guard contents.missingTopics.insert(topic).inserted else { return }
                contents.post(.topicMissing(topic))
            case let code:
                guard contents.reported.insert(Reported(subject: "", code: code)).inserted else { return }
                contents.post(.trouble(KafkaError(response, "background work", detail: reason)))
            }
        }
    }

    /// What a partition's reader reports in place of a message.
    func partitionError(_ response: rd_kafka_resp_err_t, _ partition: KafkaPartition, offset: Int64, _ reason: String) {
        contents.withLock { contents in
            switch response {
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                contents.recovered(partition)
                contents.post(.reachedEnd(partition, offset: offset))
            case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
                contents.post(.pollTooLate(reason))
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
                RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
                guard contents.missingTopics.insert(partition.topic).inserted else { return }
                contents.post(.topicMissing(partition.topic))
            default:
                let error = KafkaError(response, "read", detail: reason)
                let reported = Reported(subject: partition.description, code: error.code)
                guard contents.reported.insert(reported).inserted else { return }
                contents.post(.partitionTrouble(partition, error))
            }
        }
    }

    /// A message has come from a topic, so that what was wrong with it is over.
    func received(from topics: Set<String>) {
        contents.withLock { contents in
            for topic in contents.missingTopics.intersection(topics) {
                contents.missingTopics.remove(topic)
                contents.post(.topicBack(topic))
            }
        }
    }

    /// The states of the connections, out of librdkafka's statistics.
    func statistics(_ json: UnsafeRawBufferPointer) {
        // Where all is well there is nothing to look for.
        guard contents.withLock({ !$0.lost.isEmpty || $0.allLost }) else { return }
        struct Statistics: Decodable {
            struct Broker: Decodable {
                let name: String
                let nodename: String
                let state: String
            }
            let brokers: [String: Broker]
        }
        guard let read = try? JSONDecoder().decode(Statistics.self, from: Data(json)) else { return }
        let up = read.brokers.values.filter { $0.state == "UP" }.flatMap { [$0.nodename, Self.server(in: $0.name)] }
        reached(Set(up))
    }

    /// These servers answer.
    func reached(_ servers: Set<String>) {
        contents.withLock { contents in
            let back = contents.lost.intersection(servers).sorted()
            if let server = servers.filter({ !$0.isEmpty }).min() {
                // librdkafka may say that all are lost, and of none that it is.
                if contents.allLost, back.isEmpty { contents.post(.serverBack(server: server)) }
                contents.allLost = false
            }
            for server in back {
                contents.lost.remove(server)
                contents.reported = contents.reported.filter { $0.subject != server }
                contents.post(.serverBack(server: server))
            }
        }
    }

    /// `HOST:PORT` out of "sasl_ssl://HOST:PORT/1: what happened".
    static func server(in reason: String) -> String {
        var name = reason[...]
        if name.hasPrefix("GroupCoordinator: ") { name = name.dropFirst("GroupCoordinator: ".count) }
        if let end = name.range(of: ": ") { name = name[..<end.lowerBound] }
        if let scheme = name.range(of: "://") { name = name[scheme.upperBound...] }
        return String(name.prefix { $0 != "/" })
    }
}

extension KafkaEventQueue.Contents {
    mutating func post(_ event: KafkaEvent) {
        if events.count < KafkaEventQueue.eventLimit { events.append(event) }
    }

    /// A partition is read again.
    fileprivate mutating func recovered(_ partition: KafkaPartition) {
        if missingTopics.remove(partition.topic) != nil { post(.topicBack(partition.topic)) }
        reported = reported.filter { $0.subject != partition.description }
    }
}
