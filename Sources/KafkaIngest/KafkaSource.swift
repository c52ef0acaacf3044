package import Broker
package import DataLayout
package import Kafka

/// A survey's stream on Kafka, and how it is read.
package struct KafkaSource: IntakeSource {
    /// Where a partition begins.
    package enum Start: Sendable, Hashable {
        /// Where the group stopped; its first message where the group never was.
        case committed
        case earliest
        /// The first message that is not older, ms since 1970 UTC.
        case time(Int64)
        case offset(Int64)
    }

    /// Servers and properties.
    package var configuration: KafkaConfiguration
    /// A name, or a pattern that begins with `^`.
    package var topic: String
    /// The workers that share the topic.
    package var group = "nightjar"
    /// Where to begin with a partition.
    package var start = Start.committed
    /// Goes on after the end that the topic had at the beginning.
    package var follows = false
    /// Where the products go too; `nil` for nowhere.
    package var publish: KafkaOutputs?

    /// A topic that is read from the group's offsets to the end that it has now.
    package init(configuration: KafkaConfiguration, topic: String) {
        self.configuration = configuration
        self.topic = topic
    }

    /// Makes the clients, which connect in the background.
    ///
    /// - Throws: ``BrokerError`` where a property is none that librdkafka knows.
    package func open(_ context: IntakeContext) throws(BrokerError) -> any Intake {
        try KafkaIntake(self, context)
    }
}

/// Where and how the products are sent.
package struct KafkaOutputs: Sendable {
    /// Servers and properties.
    package var configuration: KafkaConfiguration
    /// Partitions of a topic that is made.
    package var partitions: Int32 = 8
    /// How long a topic that is made keeps its messages: a week.
    package var retention = Duration.seconds(7 * 86_400)

    /// Products are sent to these servers.
    package init(configuration: KafkaConfiguration) { self.configuration = configuration }
}
