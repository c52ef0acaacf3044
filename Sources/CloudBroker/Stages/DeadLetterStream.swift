package import GoogleCloud

/// Where messages go that cannot be used: whole, with all they came with, the stage and the reason.
package struct DeadLetterStream: Sendable {
    /// Pub/Sub takes no more in an attribute's value.
    private static let longestReason = 1_024

    private let output: StreamOutput
    private let stage: String

    /// - Parameters:
    ///   - output: The stream of the dead letters.
    ///   - stage: Who gives up on them.
    package init(_ output: StreamOutput, stage: String) {
        self.output = output
        self.stage = stage
    }

    package func send(_ faults: [StageFault]) throws(GoogleCloudError) {
        try output.publish(
            faults.map { fault in
                var attributes = fault.message.attributes
                attributes["dead_letter_stage"] = stage
                attributes["dead_letter_reason"] = Self.bounded(fault.reason)
                attributes["dead_letter_message_id"] = fault.message.id
                return StreamOutput.Message(data: Array(fault.message.data), attributes: attributes)
            })
    }

    private static func bounded(_ reason: String) -> String {
        guard reason.utf8.count > longestReason else { return reason }
        return String(reason.unicodeScalars.prefix(longestReason / 4))
    }
}
