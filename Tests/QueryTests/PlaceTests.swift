import Alerts
import TestSupport
import Testing

@testable import Query

/// What words and places stand for.
@Suite struct PlaceTests {
    private let folders: DataFolders

    init() throws {
        folders = try DataFolders()
        try folders.run(
            [Self.packet(11, "ZTF24aabcd"), Self.packet(12, "ZTF24aabcd", day: 1), Self.packet(13, "ZTF24aabef")],
            into: "a")
        try folders.run([Self.packet(14, "ZTF24aabcd", day: 2), Self.packet(15, "ZTF24zz")], into: "b")
    }

    private static func packet(_ candid: Int64, _ object: String, day: Double = 0) throws -> [UInt8] {
        var packet = SmallPacket(candid: candid)
        (packet.objectId, packet.ra, packet.dec) = (object, object == "ZTF24zz" ? 150.001 : 150, 2)
        packet.jd += day
        return try packet.container()
    }

    @Test("an id is an alert, a name its object with the newest alert") func named() throws {
        let both = try folders.reader("a", "b")
        let alert = try both.places(named: "12", limit: 5)
        #expect(alert.map(\.kind) == [.alert] && alert.map(\.id) == [12] && alert.first?.name == "ZTF24aabcd")
        let object = try both.places(named: "ZTF24aabcd", limit: 5)
        #expect(object.map(\.kind) == [.object] && object.map(\.id) == [14] && object.first?.ra == 150)
    }

    @Test(
        "a beginning in any letters, and whole names before longer ones",
        arguments: ["ZTF24aab", "ztf24AAB", "ztf24aab"])
    func beginning(word: String) throws {
        let both = try folders.reader("a", "b")
        #expect(try both.places(named: word, limit: 5).compactMap(\.name) == ["ZTF24aabcd", "ZTF24aabef"])
        #expect(try both.places(named: word, limit: 1).count == 1)
        #expect(try both.places(named: "ZT", limit: 5).isEmpty)
        #expect(try both.places(named: "ZTF24'; DROP TABLE ztf_alerts; --", limit: 5).isEmpty)
    }

    @Test("the objects around a place, each once, the nearest first") func around() throws {
        let both = try folders.reader("a", "b")
        let places = try both.places(ra: 150.001, dec: 2, radius: 10, limit: 5)
        #expect(places.compactMap(\.name).first == "ZTF24zz" && Set(places.compactMap(\.name)).count == 3)
        #expect(places.count == 3 && places[0].distance == 0)
        #expect(try both.places(ra: 150.001, dec: 2, radius: 1, limit: 5).count == 1)
    }

    @Test(
        "ranges of the numbers that begin with digits",
        arguments: [
            ("12", 12 as Int64, true), ("12", 129, true), ("12", 13, false), ("12", 1_200_000_000_000_000_000, true),
            ("9", 9_100_000_000_000_000_000, true), ("12", 1_300, false), ("9223372036854775807", 9, false),
        ])
    func numbers(digits: String, number: Int64, isIn: Bool) {
        #expect(DataReader.numbers(beginningWith: digits).contains { $0.contains(number) } == isIn)
    }

    @Test("what are no digits", arguments: ["", "0", "01", "-1", "x", "99999999999999999999"])
    func noNumbers(digits: String) { #expect(DataReader.numbers(beginningWith: digits).isEmpty) }
}
