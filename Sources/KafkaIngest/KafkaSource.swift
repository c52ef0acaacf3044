package import Broker
package import DataLayout
package import Kafka

/// A survey's topic on Kafka, and how it is read.
package struct KafkaSource: IntakeSource {
    /// Where reading of a partition starts.
    package enum Start: Sendable, Hashable {
        /// At the group's committed offset; at the first message where there is none.
        case committed
        case earliest
        /// At the first message that is not older, ms since 1970 UTC.
        case time(Int64)
        case offset(Int64)
        /// As ``committed``, within a stretch of time: from its first message to its last.
        case slice(KafkaSlice)
    }

    /// Servers and properties.
    package var configuration: KafkaConfiguration
    /// A name, or a pattern that begins with `^`.
    package var topic: String
    /// The workers that share the topic.
    package var group = "nightjar"
    /// Where reading of a partition starts.
    package var start = Start.committed
    /// Whether reading continues after the end that the topic had at the start.
    package var follows = false
    /// Where products are published; `nil` for nowhere.
    package var publish: KafkaOutputs?

    /// A topic that is read from the group's offsets to its current end.
    package init(configuration: KafkaConfiguration, topic: String) {
        self.configuration = configuration
        self.topic = topic
    }

    /// Creates the clients, which connect in the background.
    ///
    /// - Throws: ``BrokerError`` where librdkafka does not know a property.
    package func open(_ context: IntakeContext) throws(BrokerError) -> any Intake {
        try KafkaIntake(self, context)
    }
}

/// Where and how products are published.
package struct KafkaOutputs: Sendable {
    /// Servers and properties.
    package var configuration: KafkaConfiguration
    /// Partitions of a topic that is created.
    package var partitions: Int32 = 8
    /// Retention of a topic that is created: a week.
    package var retention = Duration.seconds(7 * 86_400)

    /// Publishes products to these servers.
    package init(configuration: KafkaConfiguration) { self.configuration = configuration }
}
