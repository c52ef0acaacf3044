import PubSub
import Alerts
import Avro
import CloudBroker
import GoogleAuth
import Pipeline
import TestServers
import TestSupport
import Testing

@Suite struct StageWorkerTests {
    @Test("a message that is not an alert goes to the dead letters, and the others are processed") func bad() throws {
        let (notes, faults) = (Recording.Notes(), Gathered<StageFault>())
        var worker = Recording(notes: notes).worker { faults.add($0) }
        let bad = StageMessage(data: Array("no alert".utf8)[...], attributes: ["a": "b"], id: "bad")
        let counts = try worker.process([try .packet(1), bad, try .packet(2)])
        #expect(counts == StageCounts(messages: 3, alerts: 2, deadLettered: 1))
        #expect(notes.stored == [1, 2])
        #expect(faults.values.map(\.message.id) == ["bad"] && faults.values.map(\.message.attributes) == [["a": "b"]])
        #expect(faults.values.allSatisfy { !$0.reason.isEmpty })
    }

    @Test("values that could not be read are in a stage's counts") func unreadable() throws {
        var odd = OddPacket(candid: 1)
        odd.set(.string("isdiffpos", "perhaps"))
        odd.past = [[.double("jd", .nan), .long("fid", 1)], [.double("jd", 2_460_560.5), .long("fid", 1)]]
        var worker = Recording(notes: Recording.Notes()).worker { _ in }
        var counts = StageCounts()
        for _ in 1...2 {
            counts += try worker.process([StageMessage(data: try odd.container()[...], attributes: [:], id: "odd")])
        }
        #expect(
            counts.alerts == 2 && counts.pointsLeftOut == 2 && counts.tallies[.unreadable] == ["candidate.isdiffpos": 2]
        )
    }

    @Test("a batch that a service refuses is split, and only alerts that are refused alone become dead letters")
    func split() throws {
        let (notes, faults) = (Recording.Notes(), Gathered<StageFault>())
        notes.refuse([3], with: .test(.invalidArgument))
        var worker = Recording(notes: notes).worker { faults.add($0) }
        let counts = try worker.process(try (1...5).map { try .packet($0) })
        #expect(counts == StageCounts(messages: 5, alerts: 5, deadLettered: 1))
        #expect(notes.stored == [1, 2, 4, 5])
        #expect(faults.values.map(\.message.id) == ["m3"])
        #expect(faults.values.first?.reason.contains("for the test") == true)
    }

    @Test("while a service fails, nothing becomes a dead letter") func fails() throws {
        let (notes, faults) = (Recording.Notes(), Gathered<StageFault>())
        notes.refuse(with: .test(.unavailable))
        var worker = Recording(notes: notes).worker { faults.add($0) }
        #expect(throws: GoogleCloudError.self) { try worker.process([try .packet(1)]) }
        #expect(faults.values.isEmpty)
        notes.refuse(with: nil)
        #expect(try worker.process([try .packet(1)]).alerts == 1)
    }

    @Test("while a schema is unavailable nothing becomes a dead letter; an unknown schema does")
    func schemas() throws {
        let (notes, faults) = (Recording.Notes(), Gathered<StageFault>())
        let answers = Gathered<SchemaAnswer>()
        var worker = Recording(notes: notes).worker(DeadLetterStream(reporting: { faults.add($0) })) { _ in
            answers.values.last ?? .unavailable("status 503")
        }
        let framed = StageMessage(
            data: ([0, 0, 0, 2, 191] + SmallPacket(candid: 2).body)[...], attributes: [:], id: "m2")
        let error = #expect(throws: GoogleCloudError.self) { try worker.process([try .packet(1), framed]) }
        // A pulled message is kept and tried again, a pushed one is answered 503.
        #expect(error?.code == .unavailable && error?.detail.contains("status 503") == true)
        #expect(faults.values.isEmpty && notes.stored.isEmpty)
        answers.add(.found(try AvroSchema.parse(SmallPacket.schema)))
        #expect(try worker.process([framed]) == StageCounts(messages: 1, alerts: 1))
        answers.add(.unknown)
        #expect(try worker.process([framed]) == StageCounts(messages: 1, deadLettered: 1))
    }

    @Test(
        "a dead letter is whole, with the stage and the reason; one too long for Pub/Sub is cut and says so",
        .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
    func letters() throws {
        let cloud = try CloudFixture()
        let letters = DeadLetterStream(cloud.output(try cloud.make("dead")), stage: "table")
        let many = Dictionary(uniqueKeysWithValues: (0..<100).map { ("k\($0)", String(repeating: "v", count: 1_024)) })
        try letters.send([
            StageFault(
                message: StageMessage(data: [1, 2, 3], attributes: ["kafka.topic": "t"], id: "17"), reason: "broken"),
            StageFault(
                message: StageMessage(data: [UInt8](repeating: 9, count: 12_000_000)[...], attributes: many, id: "18"),
                reason: String(repeating: "é", count: 5_000)),
        ])
        let got = try cloud.messages("dead", expecting: 2).sorted { $0.data.count < $1.data.count }
        try #require(got.count == 2)
        #expect(got[0].data == [1, 2, 3])
        #expect(
            got[0].attributes == [
                "kafka.topic": "t", "dead_letter_stage": "table", "dead_letter_reason": "broken",
                "dead_letter_message_id": "17",
            ])
        #expect(got[1].data.count == 9_000_000 && got[1].attributes["dead_letter_size"] == "12000000")
        #expect(got[1].attributes["dead_letter_reason"]?.isEmpty == false)
    }
}
