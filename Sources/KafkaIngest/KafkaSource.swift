package import Broker
package import Kafka

/// A survey's stream on Kafka, and how it is read.
package struct KafkaSource: IntakeSource {
    /// Where to begin with a partition.
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
    package var group = "nightjar"
    package var start = Start.committed
    /// Goes on after the end that the topic had at the beginning.
    package var follows = false
    /// Where the products go too; `nil` for nowhere.
    package var publish: KafkaOutputs?

    package init(configuration: KafkaConfiguration, topic: String) {
        self.configuration = configuration
        self.topic = topic
    }

    package func open(_ context: IntakeContext) throws(BrokerError) -> any Intake {
        try KafkaIntake(self, context)
    }
}

/// Where and how the products are sent.
package struct KafkaOutputs: Sendable {
    package var configuration: KafkaConfiguration
    /// Partitions of a topic that is made.
    package var partitions: Int32 = 8
    /// How long a topic that is made keeps its messages: a week.
    package var retention = Duration.seconds(7 * 86_400)

    package init(configuration: KafkaConfiguration) { self.configuration = configuration }
}
