/// A partition of a topic.
package struct KafkaPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The topic's name.
    package let topic: String
    /// The partition's number.
    package let number: Int32

    /// A partition of a topic.
    package init(_ topic: String, _ number: Int32) {
        self.topic = topic
        self.number = number
    }

    package var description: String { "\(topic)[\(number)]" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.topic, left.number) < (right.topic, right.number)
    }
}

/// The offsets between which a partition has messages: from `low` on, and below `high`.
package struct KafkaWatermarks: Hashable, Sendable {
    /// The first offset that has a message.
    package let low: Int64
    /// The offset that the next message will have.
    package let high: Int64

    /// The watermarks of a partition.
    package init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }

    /// Offsets in use; there may be fewer messages, since transactions take some.
    package var count: Int64 { max(0, high.subtractingReportingOverflow(low).partialValue) }
}

/// Where the reading of a partition begins.
package enum KafkaStart: Hashable, Sendable {
    case offset(Int64)
    case beginning
    /// After the last message there is now.
    case end
    /// Where the group stopped; where it never was, as `auto.offset.reset` says.
    case committed
}

/// A message's time, and who set it.
package struct KafkaTimestamp: Hashable, Sendable {
    /// Who set a time.
    package enum Kind: Hashable, Sendable {
        /// Set by the producer.
        case created
        /// Set by the server as it took the message.
        case appended
    }

    /// Since 1970 UTC, ms.
    package let milliseconds: Int64
    /// Who set it.
    package let kind: Kind

    /// A time in ms since 1970 UTC.
    package init(milliseconds: Int64, kind: Kind) {
        self.milliseconds = milliseconds
        self.kind = kind
    }
}

/// A message's header.
package struct KafkaHeader: Hashable, Sendable {
    /// The header's name, which others of the message may share.
    package let name: String
    /// Its value.
    package let value: ArraySlice<UInt8>

    /// A header of bytes.
    package init(_ name: String, _ value: ArraySlice<UInt8>) {
        self.name = name
        self.value = value
    }

    /// A header of text in UTF-8.
    package init(_ name: String, _ value: String) { self.init(name, ArraySlice(value.utf8)) }
}

/// One message as it was received; its bytes are slices of one array that all messages of a poll share.
package struct KafkaMessage: Hashable, Sendable {
    /// Where the message was.
    package let partition: KafkaPartition
    /// Its place in the partition.
    package let offset: Int64
    /// Its time; `nil` where it has none.
    package let timestamp: KafkaTimestamp?
    /// `nil` where the producer gave none.
    package let key: ArraySlice<UInt8>?
    /// In the producer's order.
    package let headers: [KafkaHeader]
    /// Empty also where the producer gave none (a tombstone).
    package let payload: ArraySlice<UInt8>

    /// The topic that the message was in.
    package var topic: String { partition.topic }
}
