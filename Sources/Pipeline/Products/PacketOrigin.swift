/// Where a packet was on the survey's Kafka.
package struct PacketOrigin: Hashable, Sendable {
    package let topic: String?
    package let partition: Int32?
    package let offset: Int64?
    /// When the survey's Kafka took it, ms since 1970 UTC.
    package let timestamp: Int64?

    package init(topic: String?, partition: Int32?, offset: Int64?, timestamp: Int64?) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }

    /// What a message's attributes say; `nil` where they say nothing of it.
    package init?(attributes: [String: String]) {
        topic = attributes["kafka.topic"]
        partition = attributes["kafka.partition"].flatMap { Int32($0) }
        offset = attributes["kafka.offset"].flatMap { Int64($0) }
        timestamp = attributes["kafka.timestamp"].flatMap { Int64($0) }
        if topic == nil && partition == nil && offset == nil && timestamp == nil { return nil }
    }

    /// The attributes of messages about its alerts, under the names that the original broker's connector gave them.
    package var attributes: [String: String] {
        var attributes: [String: String] = [:]
        attributes["kafka.topic"] = topic
        attributes["kafka.partition"] = partition.map { String($0) }
        attributes["kafka.offset"] = offset.map { String($0) }
        attributes["kafka.timestamp"] = timestamp.map { String($0) }
        return attributes
    }
}
