/// What failed between Nightjar and a Kafka server, at which call, and what may be done about it.
package struct KafkaError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        /// A property that librdkafka does not know, or a value that it does not take.
        case configuration
        /// A host name that nobody knows.
        case unresolved
        /// No server answers, or the connection broke.
        case unreachable
        case tls, authentication, authorization
        case unknownTopic, unknownPartition, topicExists
        case offsetOutOfRange
        case messageTooLarge
        /// The producer's queue stayed full for as long as the caller would wait.
        case queueFull
        /// The servers did not take messages that had been sent.
        case notDelivered
        case timedOut
        /// Another member of the group has these partitions now, or another producer this transaction's name.
        case fenced
        /// The client cannot go on: it must be closed, and another one made.
        case fatal
        /// The call does not fit the state that the client is in.
        case state
        case other
    }

    /// What mends it.
    package enum Recovery: Hashable, Sendable {
        /// Nothing that the caller could do by itself.
        case none
        /// The same call again.
        case retry
        /// ``KafkaProducer/abort(timeout:)``, then the transaction anew.
        case abortTransaction
        /// A new client.
        case newClient
    }

    /// What kind of failure it is.
    package let code: Code
    /// What may help.
    package let recovery: Recovery
    /// The call that failed, such as "commit offsets".
    package let operation: String
    /// librdkafka's own words, without secrets.
    package let detail: String

    /// An error of an operation.
    package init(_ code: Code, _ operation: String, _ detail: String, recovery: Recovery = .none) {
        self.code = code
        self.operation = operation
        self.detail = detail
        self.recovery = recovery
    }

    package var description: String { "kafka: \(operation): \(detail)" }
}
