import Alerts
import Avro
import DataLayout
import Query
import Pipeline
import TestSupport
import Testing

/// Folders of two workers, of which each has some of the alerts, and both have one.
@Suite struct DataReaderTests {
    private let folders: DataFolders

    init() throws { folders = try DataFolders() }

    private static func packet(_ candid: Int64, day: Double = 0, ra: Double = 150) throws -> [UInt8] {
        var packet = SmallPacket(candid: candid)
        packet.jd += day
        packet.ra = ra
        return try packet.container()
    }

    private func fill() throws {
        let bad = Array("no packet".utf8)
        try folders.run([Self.packet(1), bad, Self.packet(3, day: 2, ra: 150.0002)], into: "a")
        try folders.run(
            [Self.packet(3, day: 2, ra: 150.0002), Self.packet(2, day: 1, ra: 150.0001), bad + [1]], into: "b")
    }

    @Test("an alert is read from whichever folder has it, and from the next where its record is damaged")
    func alerts() throws {
        try fill()
        let both = try folders.reader("a", "b")
        #expect(try both.alert(1).folder.path == folders.path("a"))
        #expect(try both.alert(2).folder.path == folders.path("b"))
        #expect(try both.alert(3).folder.path == folders.path("a"))
        #expect(try folders.reader("b", "a").alert(3).folder.path == folders.path("b"))
        #expect(try Array(both.alert(2).received()) == Self.packet(2, day: 1, ra: 150.0001))
        let unknown = #expect(throws: BrokerError.self) { try both.alert(9) }
        #expect(unknown?.code == .unknownAlert && unknown?.detail.contains(folders.path("b")) == true)

        let path = try both.alert(3).path
        try folders.damage(path, in: "a")
        #expect(try folders.reader("a", "b").alert(3).folder.path == folders.path("b"))
        let damaged = #expect(throws: BrokerError.self) { try folders.reader("a").alert(3) }
        #expect(damaged?.code == .damagedArchive)
    }

    @Test("a word is an alert's id, or an object's name and then its newest alert")
    func names() throws {
        try fill()
        let both = try folders.reader("a", "b")
        #expect(try both.alert(named: "1").id == 1)
        #expect(try both.alert(named: "ZTF24aaaaaaa").id == 3)
        #expect(try folders.reader("a", "b").newestAlert(of: "ZTF24aaaaaab") == nil)
        let unknown = #expect(throws: BrokerError.self) { try both.alert(named: "ZTF24aaaaaab") }
        #expect(unknown?.code == .unknownObject)
        #expect(throws: BrokerError.self) { try both.alert(named: "77") }
        #expect(try both.objectNames(like: "ztf24AAAAAAA") == ["ZTF24aaaaaaa"])
        #expect(try both.objectNames(like: "ZTF24aaaaazz") == ["ZTF24aaaaaaa"])
        #expect(try both.objectNames(like: "ZTF19aaaaaaa").isEmpty && both.objectNames(like: "%").isEmpty)
        #expect(try both.objectName(ofAlert: 2) == "ZTF24aaaaaaa" && both.objectName(ofAlert: 9) == nil)
    }

    @Test("an LSST object's name is a number, which an alert's id may be as well")
    func numbers() throws {
        var packet = OddPacket(diaSourceId: 5)
        try folders.run([packet.container()], into: "a")
        packet = OddPacket(diaSourceId: 6, midpointMjdTai: 61_001.5)
        try folders.run([packet.container()], into: "b")
        let both = try folders.reader("a", "b")
        // diaObjectId 77.
        #expect(try both.alert(named: "77").id == 6 && both.alert(named: "5").id == 5)
        let object = try #require(try both.objects(named: "77").first)
        #expect(object.survey == .lsst && object.alerts.map(\.id) == [5, 6])
        #expect(object.lightCurve.detections.map(\.id) == [5, 6])
        #expect(
            object.lightCurve.detections.map(\.brightness) == [
                .flux(FluxDensity(nanojansky: 900, error: 30)), .flux(FluxDensity(nanojansky: 900, error: 30)),
            ])
        #expect(throws: BrokerError.self) { try both.objects(named: "077x") }
    }

    @Test("of an id that alerts of two surveys have the newest is meant, whatever the surveys are called")
    func sharedID() throws {
        // ZTF's is of 2024; MJD 61000.5 is in 2025 and 60000.5 in 2023.
        try folders.run([Self.packet(5), OddPacket(diaSourceId: 5).container()], into: "late")
        let late = try folders.reader("late")
        #expect(try late.alert(5).survey == .lsst && late.alert(named: "5").survey == .lsst)
        #expect(try late.surveys(ofAlert: 5) == [.lsst, .ztf] && late.surveys(ofAlert: 6).isEmpty)
        #expect(try OpenFolder(folders.path("late")).alert(5, of: .ztf).survey == .ztf)
        // Its object's name means one of them alone.
        #expect(try late.alert(named: "ZTF24aaaaaaa").survey == .ztf)

        try folders.run([OddPacket(diaSourceId: 5, midpointMjdTai: 60_000.5).container()], into: "early")
        try folders.run([Self.packet(5)], into: "ztf")
        let two = try folders.reader("early", "ztf")
        #expect(try two.alert(5).survey == .ztf && two.surveys(ofAlert: 5) == [.ztf, .lsst])
    }

    @Test("a cone has each alert once, nearest first")
    func cone() throws {
        try fill()
        let both = try folders.reader("b", "a")
        let matches = try both.cone(survey: .ztf, ra: 150, dec: 2, radius: 10)
        #expect(matches.map(\.id) == [1, 2, 3])
        #expect(try both.cone(survey: .ztf, ra: 150, dec: 2, radius: 0.1).map(\.id) == [1])
    }

    @Test("ledgers, nights and dead letters are those of all folders")
    func accounts() throws {
        try fill()
        let both = try folders.reader("a", "b")
        let account = try both.ledger()
        #expect(account.entries.map(\.folder) == ["a", "b", "a", "b", "a", "b"].map { folders.path($0) })
        let nights = try both.nights()
        // The unusable ones, and 2024-09-15 to 17; the alert that both have counts twice.
        #expect(nights.map(\.night) == [0, 20_240_915, 20_240_916, 20_240_917])
        #expect(nights.map { $0[.received] } == [2, 1, 1, 2])
        #expect(account.shared.map(\.alerts) == [1])

        let letters = try both.deadLetters()
        #expect(letters.map(\.folder) == ["a", "b"].map { folders.path($0) } && letters.map(\.letter.id) == [0, 0])
        #expect(try both.deadLetterCounts().map { [$0.letters, $0.waiting] } == [[2, 2]])
        let ambiguous = #expect(throws: BrokerError.self) { try both.deadLetterPacket(0) }
        #expect(ambiguous?.code == .ambiguous)
        #expect(try Array(folders.reader("b").deadLetterPacket(0)) == Array("no packet".utf8) + [1])
        #expect(throws: BrokerError.self) { try both.deadLetterPacket(1) }
        var some: [Int64] = []
        try both.forEachDeadLetter(limit: 1) { some.append($0.letter.id) }
        #expect(some == [0])
    }

    @Test("a topic has the first folder's messages, then the next one's, and later what has come since")
    func topics() throws {
        try fill()
        let both = try folders.reader("a", "b")
        let topic = Topic(.ztf, .alertData)
        #expect(try both.topics().first { $0.topic == topic }?.messages == 4)
        let messages = try both.messages(of: topic)
        func rest() throws -> [Int64] {
            var ids: [Int64] = []
            while let message = try messages.next() {
                var record = ProjectedRecord()
                try Projection(schema: message.schema, columns: ["candid"]).decode(message.body, into: &record)
                ids.append(record.columns[0].long ?? 0)
            }
            return ids
        }
        #expect(try rest() == [1, 3, 3, 2])
        try folders.run([Self.packet(1), Self.packet(8)], into: "a")
        #expect(try rest() == [8])
        #expect(messages.positions.map(\.offset) == [3, 2])
        let late = try both.messages(of: topic) { $0.path == folders.path("b") ? 1 : 2 }
        #expect(try late.next()?.offset == 2 && late.next()?.offset == 1 && late.next() == nil)
    }
}
