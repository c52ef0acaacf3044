import CloudBroker
import Foundation
import Pipeline
import PubSub
import SQLite
import TestServers
import TestSupport
import Testing

/// Users' filters in stages of their own, beside those of one process over the same packets.
@Suite(.serialized, .enabled(if: CloudStation.isThere, "\(CloudStation.skipped)"))
struct CloudFilterTests {
    private static let alerts = 100
    private static let texts = [
        "young": """
        SELECT isdiffpos = 't' AS is_positive, rb > 0.5 AS is_real, jd - jdstarthist < 8 AS is_young FROM alert
        """,
        "near": "SELECT EXISTS (SELECT 1 FROM places WHERE distance < 1) AS is_near FROM alert",
        // Where it is fitted, whatever comes of it.
        "fitted": "SELECT (SELECT candid FROM fit) = alert.candid AS is_fitted FROM alert",
    ]

    private let folder: TemporaryFolder
    private let station: CloudStation
    private var filters: String { folder.file("filters") }
    private var catalogues: String { folder.file("catalogues") }
    private var data: String { folder.file("data") }

    init() throws {
        folder = try TemporaryFolder()
        station = try CloudStation()
        for (name, sql) in Self.texts { try folder.write(Array(sql.utf8), to: "filters/ztf/\(name).sql") }
    }

    private func stream(_ name: String) -> CloudNames.Stream { CloudNames.Stream(.filter(name)) }

    /// Runs a stage to its end.
    private func stage(_ name: CloudNames.StageName, _ more: String...) throws -> NightjarProcess.Outcome {
        var words = ["--until-idle", "5", "--catalogues", catalogues] + more
        if name != .table { words += ["--table", "bigquery://\(station.project)/\(station.dataset)"] }
        return try station.stage(name, words).outcome(within: 300)
    }

    /// One process over the packets, with a catalogue of some of their places.
    private func runAlone(_ packets: [[UInt8]]) throws {
        for (number, packet) in packets.enumerated() { try folder.write(packet, to: "packets/\(number).avro") }
        let packets = folder.file("packets")
        try station.run("run", packets, "--data", folder.file("first"), "--no-fits", "--quiet")
        let places = try Self.rows(
            "SELECT ra || ',' || dec || ',' || candid FROM ztf_alerts ORDER BY candid LIMIT 9", folder.file("first"))
        try folder.write(Array((["ra,dec,number"] + places).joined(separator: "\n").utf8), to: "places.csv")
        try station.run(
            "catalogue", "add", "places", folder.file("places.csv"), "--all-sky", "--catalogues", catalogues)
        try station.run(
            "run", packets, "--data", data, "--filters", filters, "--catalogues", catalogues, "--models",
            CloudStation.models, "--quiet")
    }

    private static func rows(_ sql: String, _ data: String) throws -> [String] {
        let statement = try Database(path: "\(data)/nightjar.db", mode: .readOnly).prepare(sql)
        var rows: [String] = []
        while try statement.step() {
            rows.append((0..<statement.columnCount).map { statement.text($0) ?? "-" }.joined(separator: " "))
        }
        return rows
    }

    @Test("each filter's stream and rows are those of one process, and an alert that comes again makes no second row")
    func equal() throws {
        let packets = try CloudNight.simulated(Self.alerts)
        try runAlone(packets)
        try station.run(
            "setup", "--project", station.project, "--test-id", CloudStation.id, "--filters", filters,
            "--catalogues", catalogues)
        // Some come twice.
        try station.publish(packets + packets.prefix(30))
        let filter = try stage(.filter, "--filters", filters)
        #expect(filter.status == 0 && filter.errors.contains("young ("), "\(filter)")
        #expect(!filter.errors.contains("fitted ("), "\(filter)")
        #expect(filter.output.contains(#""young": {"judged": 130"#), "\(filter)")
        let salt2 = try stage(.salt2, "--filters", filters)
        #expect(salt2.status == 0 && salt2.errors.contains("judges with ztf's fitted"), "\(salt2)")
        #expect(!salt2.errors.contains("young ("), "\(salt2)")

        for name in Self.texts.keys.sorted() {
            let alone = try StreamContents(of: "ztf_\(name)", in: data)
            #expect(!alone.messages.isEmpty && alone.messages.count < Self.alerts, "\(name)")
            let published = try station.pull(station.counter(stream(name)), alone.messages.count)
            #expect(try StreamContents(published).differences(from: alone) == [], "\(name)")
            try check(published, name)
        }
        let rows = try station.rows(
            "SELECT candid, filter, version, night FROM \(station.table("passes")) ORDER BY candid, filter")
        #expect(
            rows.map { "\($0["candid"] ?? "") \($0["filter"] ?? "") \($0["version"] ?? "") \($0["night"] ?? "")" }
                == (try Self.rows("SELECT candid, filter, version, night FROM ztf_passes ORDER BY candid, filter", data))
        )

        let table = try stage(.table)
        #expect(table.status == 0, "\(table)")
        let matches = try station.rows(
            "SELECT COUNT(*) AS alerts, COUNTIF(places_matches > 0) AS near FROM \(station.table("DIASource"))")
        let near = try #require(Int(try Self.rows("SELECT count(*) FROM ztf_passes WHERE filter = 'near'", data)[0]))
        #expect(matches.first as? [String: Int] == ["alerts": Self.alerts, "near": near])
    }

    private func check(_ messages: [PubSub.PubsubMessage], _ name: String) throws {
        let sql = try #require(Self.texts[name])
        let cuts = sql.matches(of: /AS (is_[a-z]+)/).map { "cut_\($0.1)" }
        for message in messages {
            let own = message.attributes
            #expect(own["filter"] == name && own["filter_version"]?.count == 64, "\(own)")
            #expect(own["passes"]?.split(separator: ",").contains(Substring(name)) == true, "\(own)")
            #expect(Set(own.keys.filter { $0.hasPrefix("cut_") }) == Set(cuts), "\(own)")
            #expect(cuts.allSatisfy { own[$0] == "true" } && own["objectId"] != nil && own["schema"] != nil, "\(own)")
            #expect(own["is_extragalactic_transient"] != nil && own["places_matches"] != nil, "\(own)")
        }
    }

    @Test("salt2 fits what comes, whatever its own filter says of it; with --pure only what passes") func chosen()
        throws
    {
        try station.setUp()
        let packets = try CloudNight.simulated(40)
        let publisher = Publisher(station.pubSub, to: station.topicName(.exgalacTrans))
        for packet in packets { try publisher.publish(packet) }
        try publisher.close()
        let all = try station.stage(.salt2, ["--until-idle", "5", "--no-plots"]).outcome(within: 300)
        #expect(all.status == 0, "\(all)")
        let fitted = try station.pull(station.counter(.salt2), 1)
        let verdicts = Set(fitted.map { $0.attributes["is_extragalactic_transient"] })
        #expect(verdicts == ["true", "false"], "\(fitted.count)")

        let again = Publisher(station.pubSub, to: station.topicName(.exgalacTrans))
        for packet in packets { try again.publish(packet) }
        try again.close()
        let pure = try station.stage(.salt2, ["--until-idle", "5", "--no-plots", "--pure"]).outcome(within: 300)
        #expect(pure.status == 0, "\(pure)")
        let rest = try station.pull(station.counter(.salt2), 0)
        #expect(
            rest.allSatisfy {
                $0.attributes["is_pure"] == "true" && $0.attributes["is_extragalactic_transient"] == "true"
            })
    }

    @Test("a topic that is not there, or a set that nobody can tell, ends the stage at its start") func missing() throws
    {
        try station.run(
            "catalogue", "add", "places", try folder.write(Array("ra,dec\n1,2\n".utf8), to: "places.csv"), "--all-sky",
            "--catalogues", catalogues)
        try station.setUp()
        let refused = try stage(.filter, "--filters", filters)
        #expect(refused.status == 1 && refused.errors.contains("ztf_near-night"), "\(refused)")
        #expect(refused.errors.contains("'nightjar setup --filters DIR' makes it"), "\(refused)")
        let other = try station.start([
            "stage", "filter", "--from", "pubsub://\(station.project)/ztf_alert_data-filter-night", "--to",
            "pubsub://\(station.project)/mine", "--dead-letters", station.address(.deadLetters), "--filters", filters,
            "--catalogues", catalogues,
        ]).outcome()
        #expect(other.status == 2 && other.errors.contains("--to mine is not"), "\(other)")
        try folder.write(Array("SELECT no_such AS is_wrong FROM alert".utf8), to: "filters/ztf/wrong.sql")
        let wrong = try stage(.salt2, "--filters", filters)
        #expect(wrong.status == 1 && wrong.errors.contains("no such column: no_such"), "\(wrong)")
    }
}
