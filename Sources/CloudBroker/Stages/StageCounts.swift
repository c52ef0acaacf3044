internal import Alerts
internal import Stages

/// What became of a stage's messages.
package struct StageCounts: Sendable, Hashable {
    package var messages = 0
    /// Alerts in them that could be read.
    package var alerts = 0
    /// Messages, or alerts in them, that went to the dead letters.
    package var deadLettered = 0
    /// Points of the alerts' histories that have no usable time.
    package var pointsLeftOut = 0
    /// Values of the alerts that could not be read and count as null, by the field's path.
    package var unreadable: [String: Int] = [:]
    /// Fits whose picture could not be drawn; their rows say why.
    package var picturesFailed = 0

    package init(messages: Int = 0, alerts: Int = 0, deadLettered: Int = 0) {
        self.messages = messages
        self.alerts = alerts
        self.deadLettered = deadLettered
    }

    /// Counts an alert that could be read.
    mutating func count(_ judged: JudgedAlert) {
        alerts += 1
        let notes = judged.decoded.notes
        pointsLeftOut += notes.pointsLeftOut
        unreadable.merge(notes.unreadable) { $0 + $1 }
        if case .fit(let fit) = judged.supernova, fit.isPictureMissing { picturesFailed += 1 }
    }

    package static func += (left: inout StageCounts, right: StageCounts) {
        left.messages += right.messages
        left.alerts += right.alerts
        left.deadLettered += right.deadLettered
        left.pointsLeftOut += right.pointsLeftOut
        left.unreadable.merge(right.unreadable) { $0 + $1 }
        left.picturesFailed += right.picturesFailed
    }

    /// One JSON object.
    package var json: String {
        let fields = unreadable.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        let counts = [
            ("messages", messages), ("alerts", alerts), ("deadLettered", deadLettered),
            ("picturesFailed", picturesFailed),
            ("pointsLeftOut", pointsLeftOut),
        ]
        let members = counts.map { "\"\($0.0)\": \($0.1)" }
        return "{" + (members + ["\"unreadable\": {" + fields.joined(separator: ", ") + "}"]).joined(separator: ", ")
            + "}"
    }
}
