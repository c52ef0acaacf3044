import Alerts
import CloudBroker
import Foundation
import GoogleAuth
import Pipeline
import Synchronization
import TestSupport

/// Stores that record what is put into them, and fail on request.
struct Recording: StageStores {
    /// What it has stored, and what it refuses.
    final class Notes: Sendable {
        private let ids = Mutex<[Int64]>([])
        private let refused = Mutex<(ids: Set<Int64>, error: GoogleCloudError?)>(([], nil))
        private let failures = Mutex(0)

        /// The alerts stored, in their order.
        var stored: [Int64] { ids.withLock { $0 } }
        /// How often it has failed.
        var refusals: Int { failures.withLock { $0 } }

        /// From now on fails for any of these alerts, and never if `error` is `nil`; for all where `ids` is empty.
        func refuse(_ ids: Set<Int64> = [], with error: GoogleCloudError?) { refused.withLock { $0 = (ids, error) } }

        func store(_ alerts: [Int64]) throws(GoogleCloudError) {
            let (which, error) = refused.withLock { $0 }
            if let error, which.isEmpty || !which.isDisjoint(with: alerts) {
                failures.withLock { $0 += 1 }
                throw error
            }
            ids.withLock { $0 += alerts }
        }
    }

    let notes: Notes

    private var put: [Int64] = []

    init(notes: Notes) { self.notes = notes }

    func isNew(_ key: AlertKey) -> Bool { true }
    mutating func archive(_ products: Products) { put.append(products.key.id) }
    func insert(_ products: Products) -> AlertError? { nil }
    func insert(_ row: ProductRow, of products: Products) {}
    func publish(_ message: Message) {}
    func put(_ plot: Plot) -> String? { nil }

    mutating func flush() throws(GoogleCloudError) -> [RefusedAlert] {
        let ids = put
        put.removeAll()
        try notes.store(ids)
        return []
    }

    /// A worker over it that reports its dead letters.
    func worker(reporting report: @escaping @Sendable (StageFault) -> Void = { _ in }) -> StageWorker<Recording> {
        worker(DeadLetterStream(reporting: report))
    }

    func worker(
        _ deadLetters: DeadLetterStream, schemaOfID: @escaping AlertDecoder.SchemaSource = { _ in .unknown }
    ) -> StageWorker<Recording> {
        StageWorker(
            self, decoding: AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: schemaOfID),
            deadLetters: deadLetters)
    }
}

extension GoogleCloudError {
    /// An error as a service's.
    static func test(_ code: Code) -> GoogleCloudError {
        GoogleCloudError(code, service: "Pub/Sub", resource: "a topic", detail: "for the test")
    }
}

extension StageMessage {
    /// A small packet as a message.
    static func packet(_ candid: Int64, _ attributes: [String: String] = [:]) throws -> StageMessage {
        StageMessage(
            data: try SmallPacket(candid: candid).container()[...], attributes: attributes, id: "m\(candid)")
    }
}

/// Values that a test collects from other threads.
final class Gathered<Value: Sendable>: Sendable {
    private let list = Mutex<[Value]>([])
    var values: [Value] { list.withLock { $0 } }
    func add(_ value: Value) { list.withLock { $0.append(value) } }
}

/// Waits until something has happened, looking often.
func waits(seconds: Double = NightjarProcess.patience, until hasHappened: () throws -> Bool) rethrows -> Bool {
    let deadline = Date.now + seconds
    while try !hasHappened() {
        guard Date.now < deadline else { return false }
        Thread.sleep(forTimeInterval: 0.05)
    }
    return true
}
