package import GoogleAuth
internal import PubSub

/// Where messages go that cannot be used: with all they came with, the stage and the reason.
package struct DeadLetterStream: Sendable {
    /// A message that is longer is cut, bytes: Pub/Sub takes 10 MB with the attributes.
    private static let longest = 9_000_000
    /// Attributes that are kept, so that there is room for ours.
    private static let mostAttributes = 90

    private let take: @Sendable ([StageFault]) throws(GoogleCloudError) -> Void

    /// - Parameters:
    ///   - output: The stream of the dead letters.
    ///   - stage: Who gives up on them.
    package init(_ output: StreamOutput, stage: String) {
        take = { (faults) throws(GoogleCloudError) in
            try output.publish(faults.map { Self.message(of: $0, stage: stage) })
        }
    }

    /// For messages that stay where they are, as an archive's: there is only to be told why.
    package init(telling tell: @escaping @Sendable (StageFault) -> Void) { take = { faults in faults.forEach(tell) } }

    package func send(_ faults: [StageFault]) throws(GoogleCloudError) { try take(faults) }

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
