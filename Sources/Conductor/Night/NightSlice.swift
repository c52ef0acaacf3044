/// Which messages of a stream are a night's: of each partition the offsets from one to another.
///
/// Where a topic has one night these are all of its messages; where one topic has every night, those between the offsets at two
/// noons in UTC.
package struct NightSlice: Codable, Hashable, Sendable {
    /// The part of one partition.
    package struct Partition: Codable, Hashable, Sendable {
        /// The topic's name.
        package var topic: String
        /// The partition's number.
        package var number: Int32
        /// The night's first offset; `nil` while it is unknown.
        package var from: Int64?
        /// The offset after the night's last; `nil` while the night goes on.
        package var to: Int64?
        /// The lowest offset that the server still had when the night began: above ``from`` the beginning was lost.
        package var lowest: Int64?

        /// A part of a partition.
        package init(topic: String, number: Int32, from: Int64?, to: Int64? = nil, lowest: Int64? = nil) {
            self.topic = topic
            self.number = number
            self.from = from
            self.to = to
            self.lowest = lowest
        }

        /// Offsets that it has; `nil` while an end is unknown.
        package var count: Int64? {
            guard let from, let to else { return nil }
            return max(0, to - from)
        }
    }

    /// By topic and number.
    package var partitions: [Partition]

    /// A night's messages.
    package init(_ partitions: [Partition] = []) { self.partitions = partitions }
}
