/// The location of a packet on the survey's Kafka.
package struct PacketOrigin: Hashable, Sendable {
    /// The topic's name.
    package let topic: String?
    /// The partition's number.
    package let partition: Int32?
    /// The offset in the partition.
    package let offset: Int64?
    /// The message's timestamp, ms since 1970 UTC.
    package let timestamp: Int64?

    /// A location, of which parts may be unknown.
    package init(topic: String?, partition: Int32?, offset: Int64?, timestamp: Int64?) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }

    /// The location in a message's attributes; `nil` where they have no part of it.
    package init?(attributes: [String: String]) {
        topic = attributes["kafka.topic"]
        partition = attributes["kafka.partition"].flatMap { Int32($0) }
        offset = attributes["kafka.offset"].flatMap { Int64($0) }
        timestamp = attributes["kafka.timestamp"].flatMap { Int64($0) }
        if topic == nil && partition == nil && offset == nil && timestamp == nil { return nil }
    }

    /// The location as attributes, under the names of the original broker's connector.
    package var attributes: [String: String] {
        var attributes: [String: String] = [:]
        attributes["kafka.topic"] = topic
        attributes["kafka.partition"] = partition.map { String($0) }
        attributes["kafka.offset"] = offset.map { String($0) }
        attributes["kafka.timestamp"] = timestamp.map { String($0) }
        return attributes
    }
}
