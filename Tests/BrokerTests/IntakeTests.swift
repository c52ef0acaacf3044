import Broker
import DataLayout
import Foundation
import Query
import Pipeline
import TestSupport
import Testing
import Threads

/// What a run promises to an intake, and what an intake's answers do to what was read of it.
@Suite struct IntakeTests {
    private let folder: TemporaryFolder
    private let error = BrokerError(.intake, path: "", detail: "the service is gone")

    init() throws { folder = try TemporaryFolder() }

    private func run(_ intakes: [any IntakeSource]) throws(BrokerError) -> Report {
        try Run(Run.Options(folder: folder.file("data"), intakes: intakes)).run().report
    }

    private func stored() throws -> Int {
        try DataReader([folder.file("data")]).ledger().entries.map { $0.row[.stored] }.reduce(0, +)
    }

    @Test("a transaction that the service refuses is rolled back, and its packets count once when they are read again")
    func refused() throws {
        let intake = ListIntake(decisions: [.success(.rollBack)]) { intake, queue in
            _ = queue.put(intake.batch(1...3)) && queue.flush()
            _ = queue.put(intake.batch(1...4)) && queue.flush()
        }
        let report = try run([intake])
        #expect(report[.received] == 4 && report[.stored] == 4 && report.addsUp)
        #expect(try stored() == 4)
        #expect(
            intake.events == ["list 1...3", "list rolled back", "list 1...4", "list committed", "list closed"])
    }

    @Test("after giving up nothing more is written, and the next run reads all of it") func givenUp() throws {
        let intake = ListIntake(decisions: [.success(.giveUp)]) { intake, queue in
            _ = queue.put(intake.batch(1...3)) && queue.flush()
            _ = queue.put(intake.batch(4...5)) && queue.flush()
        }
        #expect(try run([intake])[.received] == 0)
        // Its service does not answer, and is not asked again.
        #expect(intake.events == ["list 1...3"])
        let again = ListIntake { intake, queue in _ = queue.put(intake.batch(1...5)) }
        #expect(try run([again])[.stored] == 5)
    }

    @Test("a stale batch does not count") func stale() throws {
        let intake = ListIntake { intake, queue in
            _ = queue.put(intake.batch(1...3) { .stale }) && queue.put(intake.batch(3...4))
        }
        #expect(try run([intake])[.received] == 2)
        #expect(try stored() == 2)
    }

    @Test("a transaction holds batches of one intake only") func several() throws {
        let recorder = Recorder()
        let intakes = ["first", "second"].map { name in
            ListIntake(name, recorder: recorder) { intake, queue in _ = queue.put(intake.batch(1...2)) }
        }
        let report = try run(intakes)
        #expect(report[.received] == 4 && report[.stored] == 2 && report[.duplicates] == 2)
        #expect(
            recorder.events == [
                "first 1...2", "first committed", "second 1...2", "second committed", "first closed", "second closed",
            ])
    }

    @Test("products are published to the stream of the receipt, and not without one") func products() throws {
        let stream = ListStream()
        let intake = ListIntake { intake, queue in
            _ = queue.put(intake.batch(1...3) { .admitted(publishingTo: stream) })
            _ = queue.put(intake.batch(4...9))
        }
        #expect(try run([intake])[.stored] == 9)
        #expect(stream.sent.count { $0 == "ztf_alert_data" } == 3)
    }

    @Test("an intake that fails ends the run; packets read before are durable") func brokenOff() throws {
        let error = error
        let intake = ListIntake { intake, queue throws(BrokerError) in
            _ = queue.put(intake.batch(1...3))
            throw error
        }
        let never = ListIntake("never") { intake, queue in _ = queue.put(intake.batch(1...3)) }
        #expect(throws: error) { try run([intake, never]) }
        #expect(try stored() == 3)
        #expect(never.events.isEmpty)
    }

    @Test("a run that fails ends all waits for a flush") func failed() throws {
        let returned = Monitor<Bool?>(nil)
        let intake = ListIntake(decisions: [.failure(error)]) { intake, queue in
            _ = queue.put(intake.batch(1...3)) && queue.flush()
            let goesOn = queue.put(intake.batch(4...5)) && queue.flush()
            returned.change { $0 = goesOn }
        }
        #expect(throws: error) { try run([intake]) }
        #expect(returned.wait(for: .seconds(60)) { $0 } != nil)
        #expect(intake.events == ["list 1...3", "list rolled back"])
        #expect(try stored() == 0)
    }
}
