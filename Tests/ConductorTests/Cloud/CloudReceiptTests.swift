import Alerts
import CloudBroker
@testable import Conductor
import Foundation
import Testing

/// The receipt of a night that has no data folders.
@Suite struct CloudReceiptTests {
    private static let date = Date(timeIntervalSince1970: 1_726_500_000)
    private static let slice = NightSlice([
        NightSlice.Partition(topic: "stream", number: 0, from: 10, to: 110, lowest: 10),
        NightSlice.Partition(topic: "stream", number: 1, from: 0, to: 50, lowest: 0),
    ])

    private func receipt(_ state: NightState, _ account: NightObservation.Account?) throws -> NightReceipt {
        let clauses = [Clause(.account, value: "Cloud Storage: permission denied", limit: "all", isMet: account != nil)]
        let proof = NightProof(
            survey: "ztf", night: 20_240_915, state: state, reason: "because", slice: Self.slice, clauses: clauses,
            lastExposure: nil, date: Self.date, account: account)
        return NightReceipt.make(
            cloud: proof, names: try CloudNames(project: "p", survey: .ztf), edition: 1, date: Self.date)
    }

    private var account: NightObservation.Account {
        var account = NightObservation.Account()
        (account.received, account.stored, account.duplicates, account.deadLettered) = (150, 140, 7, 3)
        account.ids = NightObservation.Account.Ids(count: 140, sha256: "ab12")
        return account
    }

    @Test("has the account that proved the night, and the numbers that it does not have are left out")
    func proven() throws {
        let receipt = try receipt(.complete, account)
        #expect(receipt.addsUp && receipt.verdict == "complete: every packet is accounted for")
        #expect(receipt.counts == ["received": 150, "stored": 140, "duplicates": 7, "deadLettered": 3])
        #expect(receipt.parts.map(\.packets) == [100, 50] && receipt.spans.count == 2)
        #expect(receipt.ids.sha256 == "ab12" && receipt.ids.count == 140)
        #expect(!receipt.markdown.contains("passed the filter"))
        #expect(receipt.blindSpots.contains { $0.contains("ztf_alerts.DIASource") })
    }

    @Test("says why nothing was counted, and does not add up then") func unread() throws {
        let receipt = try receipt(.incomplete, nil)
        #expect(!receipt.addsUp && receipt.counts == ["received": 150])
        #expect(
            receipt.faults == ["the rows and objects were not counted: Cloud Storage: permission denied"],
            "\(receipt.faults)")
        #expect(receipt.markdown.contains("They were not read."))
        #expect(!receipt.blindSpots.contains { $0.contains("ztf_alerts.DIASource") })
    }

    @Test("has the faults of an account that proved nothing, and of a sum that is wrong") func faults() throws {
        var account = account
        account.faults = ["one is lost"]
        #expect(try receipt(.incomplete, account).faults == ["one is lost"])
        account.faults = []
        account.stored -= 1
        #expect(try receipt(.incomplete, account).faults == ["150 messages were received, and not all have an outcome"])
    }

    @Test("a night's machine keeps such an account through its file, and drops it once the stream moves")
    func machine() throws {
        let times = try #require(NightTimes(night: 20_240_915, of: .ztf))
        var machine = NightMachine(times, of: .ztf, rules: NightRules(.ztf))
        func observe(_ high: Int64, _ account: NightObservation.Account?) {
            let partition = NightObservation.Partition(
                NightObservation.Partition.Key("stream", 0), high: high, committed: high)
            var found = NightObservation(
                time: times.end, elapsed: 10, sunAltitude: 20, stream: .present([partition]))
            found.account = account
            machine.observe(found)
        }
        observe(150, account)
        #expect(machine.keptAccount == account)
        let stored = try JSONDecoder().decode(NightMachine.self, from: JSONEncoder().encode(machine))
        #expect(stored == machine)
        observe(150, nil)
        #expect(machine.keptAccount == account)
        observe(151, nil)
        #expect(machine.keptAccount == nil)
        // What is in data folders is read again for the receipt.
        var local = account
        local.ids = nil
        observe(151, local)
        #expect(machine.keptAccount == nil)
    }
}
