/// A stretch of time of a topic: of each partition the messages from the first that is not older than one time to the last
/// before another.
package struct KafkaSlice: Hashable, Sendable {
    /// Its begin, ms since 1970 UTC.
    package let from: Int64
    /// Its end, ms since 1970 UTC.
    package let to: Int64

    /// A stretch between two times, ms since 1970 UTC.
    package init(from: Int64, to: Int64) {
        self.from = from
        self.to = to
    }
}

extension KafkaAdmin {
    /// The offsets of a slice in every partition of a topic.
    ///
    /// A server that has no message at or after a time gives no offset for it: then the end holds that the partition had before
    /// the question.
    ///
    /// - Parameters:
    ///   - topic: The topic's name.
    ///   - slice: The stretch of time.
    ///   - timeout: The longest wait for each answer.
    /// - Returns: The slice's first offset and the one after its last, by partition; equal where it has no message.
    /// - Throws: ``KafkaError/Code/unknownTopic``, or where no server answers in time.
    package func offsets(
        of topic: String, in slice: KafkaSlice, timeout: Duration = .seconds(30)
    ) throws(KafkaError) -> [KafkaPartition: KafkaWatermarks] {
        let marks = try watermarks(of: topic, timeout: timeout)
        let begins = try offsets(notBefore: slice.from, in: Array(marks.keys), timeout: timeout)
        let ends = try offsets(notBefore: slice.to, in: Array(marks.keys), timeout: timeout)
        var offsets: [KafkaPartition: KafkaWatermarks] = [:]
        for (partition, marks) in marks {
            let low = begins[partition] ?? marks.high
            offsets[partition] = KafkaWatermarks(low: low, high: max(low, ends[partition] ?? marks.high))
        }
        return offsets
    }
}
