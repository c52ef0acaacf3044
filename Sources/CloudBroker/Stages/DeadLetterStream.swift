package import GoogleAuth
internal import PubSub

/// The stream of unusable messages, with their attributes, the stage and the reason.
package struct DeadLetterStream: Sendable {
    /// Bytes to which a longer message is cut: Pub/Sub accepts 10 MB with the attributes.
    private static let longest = 9_000_000
    /// Attributes that are kept, so that the stream's own fit within Pub/Sub's limit.
    private static let mostAttributes = 90

    private let publish: @Sendable ([StageFault]) throws(GoogleCloudError) -> Void

    /// A stream that publishes the messages.
    ///
    /// - Parameters:
    ///   - output: The topic of the dead letters.
    ///   - stage: The stage that could not use them.
    package init(_ output: StreamOutput, stage: String) {
        publish = { (faults) throws(GoogleCloudError) in
            try output.publish(faults.map { Self.message(of: $0, stage: stage) })
        }
    }

    /// A stream that only reports faults, for messages that are kept elsewhere, such as an archive's objects.
    package init(reporting report: @escaping @Sendable (StageFault) -> Void) {
        publish = { faults in faults.forEach(report) }
    }

    /// Sends unusable messages, and returns once all of them are published.
    ///
    /// - Throws: ``GoogleCloudError``: some of them may be published all the same.
    package func send(_ faults: [StageFault]) throws(GoogleCloudError) { try publish(faults) }

    private static func message(of fault: StageFault, stage: String) -> (data: [UInt8], attributes: [String: String]) {
        let message = fault.message
        let kept = message.attributes.sorted { $0.key < $1.key }.prefix(mostAttributes)
        var attributes = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, bounded($0.value)) })
        attributes["dead_letter_stage"] = stage
        attributes["dead_letter_reason"] = bounded(fault.reason)
        attributes["dead_letter_message_id"] = bounded(message.id)
        if message.data.count > longest { attributes["dead_letter_size"] = String(message.data.count) }
        return (data: Array(message.data.prefix(longest)), attributes: attributes)
    }

    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > PubSub.Limits.attributeValueBytes else { return text }
        return String(text.unicodeScalars.prefix(PubSub.Limits.attributeValueBytes / 4))
    }
}
