internal import Alerts
package import GoogleAuth
package import Pipeline

/// Takes messages through a stage: processes them, puts their products into the stage's stores, and sends what cannot be used
/// to the dead letters.
///
/// One thread's; a stage has as many workers as it has threads.
package struct StageWorker<Stores: StageStores> {
    private var decoding: AlertPipeline
    private var stores: Stores
    private let deadLetters: DeadLetterStream

    /// - Parameters:
    ///   - stores: Where what the alerts make goes.
    ///   - decoding: How packets become alerts; with a SALT2 stage in it they are fitted on the way.
    ///   - deadLetters: Where what cannot be used goes.
    package init(_ stores: Stores, decoding: AlertPipeline, deadLetters: DeadLetterStream) {
        self.stores = stores
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
        let packets = messages.map { (bytes: $0.data, origin: PacketOrigin(attributes: $0.attributes)) }
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
                alerts += packet.alerts.map {
                    StageAlert(products: Products($0, origin: packet.origin), message: message)
                }
                faults += packet.faults.map { StageFault(message: message.part($0.part), reason: "\($0.error)") }
            }
            for alert in alerts { counts.count(alert.products.alert) }
            faults += try take(alerts)
            try deadLetters.send(faults)
            counts.deadLettered += faults.count
            done += decoded.count
        }
        return counts
    }

    private mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        guard !alerts.isEmpty else { return [] }
        do throws(GoogleCloudError) { return try put(alerts) } catch {
            guard error.code == .invalidArgument else { throw error }
            guard alerts.count > 1 else { return [alerts[0].fault("\(error)")] }
            var faults: [StageFault] = []
            for alert in alerts { faults += try take([alert]) }
            return faults
        }
    }

    private mutating func put(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        var faults: [StageFault] = []
        for alert in alerts {
            if case .refused(let error) = try alert.products.put(into: &stores) {
                faults.append(alert.fault("\(error)"))
            }
        }
        for refused in try stores.flush() {
            faults += alerts.filter { $0.products.key == refused.key }.map { $0.fault(refused.reason) }
        }
        return faults
    }
}
