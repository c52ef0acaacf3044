/// What became of a stage's messages.
package struct StageCounts: Sendable, Hashable {
    package var messages = 0
    /// Alerts in them that could be read.
    package var alerts = 0
    /// Messages, or alerts in them, that went to the dead letters.
    package var deadLettered = 0

    package init(messages: Int = 0, alerts: Int = 0, deadLettered: Int = 0) {
        self.messages = messages
        self.alerts = alerts
        self.deadLettered = deadLettered
    }

    package static func += (left: inout StageCounts, right: StageCounts) {
        left.messages += right.messages
        left.alerts += right.alerts
        left.deadLettered += right.deadLettered
    }

    /// One JSON object.
    package var json: String {
        #"{"messages": \#(messages), "alerts": \#(alerts), "deadLettered": \#(deadLettered)}"#
    }
}
