internal import Alerts
package import GoogleAuth
package import Pipeline

/// Processes messages of a stage: puts their products into the stage's stores, and sends unusable ones to the dead letters.
///
/// Used by one thread; a stage has a worker for each of its threads.
package struct StageWorker<Stores: StageStores> {
    private var decoding: AlertPipeline
    private var stores: Stores
    private let deadLetters: DeadLetterStream

    /// A worker of a stage.
    ///
    /// - Parameters:
    ///   - stores: The stores of the stage's products.
    ///   - decoding: Decodes packets; fits their alerts too, if it has a SALT2 stage.
    ///   - deadLetters: The stream for unusable messages.
    package init(_ stores: Stores, decoding: AlertPipeline, deadLetters: DeadLetterStream) {
        self.stores = stores
        self.decoding = decoding
        self.deadLetters = deadLetters
    }

    /// Processes messages, and returns once their products are durable; the messages may be acknowledged then.
    ///
    /// Where a service refuses a batch as malformed, its alerts are stored one by one, and only those that are refused go to the
    /// dead letters.
    /// - Returns: The counts of the messages.
    /// - Throws: ``GoogleCloudError`` where a service failed; all of the messages must be delivered again.
    package mutating func process(_ messages: [StageMessage]) throws(GoogleCloudError) -> StageCounts {
        var counts = StageCounts(messages: messages.count)
        let packets = messages.map { (bytes: $0.data, origin: PacketOrigin(attributes: $0.attributes)) }
        var done = 0
        while done < messages.count {
            // As many as fit in memory once they are inflated.
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
            faults += try store(alerts)
            try deadLetters.send(faults)
            counts.deadLettered += faults.count
            done += decoded.count
        }
        return counts
    }

    private mutating func store(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        guard !alerts.isEmpty else { return [] }
        do throws(GoogleCloudError) { return try put(alerts) } catch {
            guard error.code == .invalidArgument else { throw error }
            guard alerts.count > 1 else { return [alerts[0].fault("\(error)")] }
            var faults: [StageFault] = []
            for alert in alerts { faults += try store([alert]) }
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
