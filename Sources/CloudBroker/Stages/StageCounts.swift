internal import Alerts
package import Pipeline

/// The counts of a stage's messages.
package struct StageCounts: Sendable, Hashable {
    /// Messages processed.
    package var messages = 0
    /// Alerts in them that could be decoded.
    package var alerts = 0
    /// Messages, or alerts in them, that went to the dead letters.
    package var deadLettered = 0
    /// Points of the alerts' histories that have no usable time.
    package var pointsLeftOut = 0
    /// Values of the alerts that could not be read, by the field's path.
    package private(set) var tallies = Tallies()
    /// Fits whose plot could not be drawn; their rows have the reason.
    package var plotsFailed = 0
    /// What users' filters say of the alerts, by the filter's stream.
    package var filters: [String: FilterCounts] { filterSums.counts }
    private var filterSums = FilterSums()

    /// Counts of messages, of their alerts, and of dead letters.
    package init(messages: Int = 0, alerts: Int = 0, deadLettered: Int = 0) {
        self.messages = messages
        self.alerts = alerts
        self.deadLettered = deadLettered
    }

    /// Counts a decoded alert.
    mutating func count(_ alert: ProcessedAlert) {
        alerts += 1
        let notes = alert.decoded.notes
        pointsLeftOut += notes.pointsLeftOut
        tallies.add(notes.unreadable, to: .unreadable)
        filterSums.count(alert.judged)
        if case .fit(let fit) = alert.supernova, fit.isPlotMissing { plotsFailed += 1 }
    }

    package static func += (left: inout StageCounts, right: StageCounts) {
        left.messages += right.messages
        left.alerts += right.alerts
        left.deadLettered += right.deadLettered
        left.pointsLeftOut += right.pointsLeftOut
        left.tallies += right.tallies
        left.plotsFailed += right.plotsFailed
        left.filterSums += right.filterSums
    }
}

extension StageCounts: Encodable {
    private enum Key: CodingKey { case messages, alerts, deadLettered, plotsFailed, pointsLeftOut, unreadable, filters }

    /// Writes the report of a stage.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(messages, forKey: .messages)
        try members.encode(alerts, forKey: .alerts)
        try members.encode(deadLettered, forKey: .deadLettered)
        try members.encode(plotsFailed, forKey: .plotsFailed)
        try members.encode(pointsLeftOut, forKey: .pointsLeftOut)
        try members.encode(tallies[.unreadable], forKey: .unreadable)
        try members.encode(SortedObject(FilterCounts.byName(filters)), forKey: .filters)
    }
}
