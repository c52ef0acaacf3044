internal import Alerts
package import GoogleCloud
package import Stages

/// Takes messages through a stage: decodes them, hands the alerts on, and sends what cannot be used to the dead letters.
///
/// One thread's; a stage has as many workers as it has threads.
package struct StageWorker<Work: Stage> {
    private var decoding: PacketDecoding
    private var stage: Work
    private let deadLetters: DeadLetterStream

    /// - Parameters:
    ///   - stage: What to do with the alerts.
    ///   - decoding: How packets become alerts; with a SALT2 stage in it they are fitted on the way.
    ///   - deadLetters: Where what cannot be used goes.
    package init(_ stage: Work, decoding: PacketDecoding, deadLetters: DeadLetterStream) {
        self.stage = stage
        self.decoding = decoding
        self.deadLetters = deadLetters
    }

    /// Returns once nothing of these messages can be lost any more; they may be acknowledged then.
    ///
    /// What a service refuses as malformed is looked for alert by alert, and goes to the dead letters alone.
    /// - Returns: What became of them.
    /// - Throws: ``GoogleCloudError`` where a service failed; all of the messages must come again.
    package mutating func take(_ messages: [StageMessage]) throws(GoogleCloudError) -> StageCounts {
        var counts = StageCounts(messages: messages.count)
        let packets = messages.map(\.data)
        var done = 0
        while done < messages.count {
            // As many as may be held in memory once they are inflated.
            let decoded = decoding.decodeFirst(of: packets[done...]).packets
            var alerts: [StageAlert] = []
            var faults: [StageFault] = []
            for (message, packet) in zip(messages[done...], decoded) {
                if let error = packet.unavailableSchema {
                    throw GoogleCloudError(.unavailable, service: "schema registry", resource: "", detail: error.detail)
                }
                alerts += packet.alerts.map { StageAlert(judged: $0, message: message) }
                faults += packet.faults.map { StageFault(message: message.part($0.part), reason: "\($0.error)") }
            }
            for alert in alerts { counts.count(alert.judged) }
            faults += try take(alerts)
            try deadLetters.send(faults)
            counts.deadLettered += faults.count
            done += decoded.count
        }
        return counts
    }

    private mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        guard !alerts.isEmpty else { return [] }
        do throws(GoogleCloudError) { return try stage.take(alerts) } catch {
            guard error.code == .invalidArgument else { throw error }
            guard alerts.count > 1 else { return [alerts[0].fault("\(error)")] }
            var faults: [StageFault] = []
            for alert in alerts { faults += try take([alert]) }
            return faults
        }
    }
}
