import PubSub
import CloudStorage
import BigQuery
import CloudBroker
import Foundation
import SQLite
import TestServers
import TestSupport
import Testing

/// A night through Google Cloud's services, each step a process of its own.
///
/// `NIGHTJAR_CLOUD_ALERTS` makes it longer, and with `NIGHTJAR_CLOUD_TELL` it says what it does (`scripts/cloud-night`).
@Suite(.serialized, .enabled(if: CloudStation.isThere, "\(CloudStation.skipped)"))
struct CloudNightTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let alerts = environment["NIGHTJAR_CLOUD_ALERTS"].flatMap { Int($0) } ?? 150
    /// Seconds that a step may take at most.
    private static let patience = 60 + Double(alerts) / 5

    private func tell(_ line: String) {
        guard Self.environment["NIGHTJAR_CLOUD_TELL"] != nil else { return }
        for part in line.split(separator: "\n") { FileHandle.standardOutput.write(Data("night: \(part)\n".utf8)) }
    }

    /// What the stages have counted.
    private struct Counts: Decodable {
        let messages: Int
        let alerts: Int
        let deadLettered: Int

        init(_ process: NightjarProcess, within seconds: Double) throws {
            let outcome = try process.outcome(within: seconds)
            #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome)")
            self = try JSONDecoder().decode(Counts.self, from: Data(outcome.output.utf8))
        }
    }

    @Test("comes to what one process makes of it, and every message is accounted for")
    func night() throws {
        let station = try CloudStation()
        let first = try station.setUp()
        #expect(first.output.contains("made          topic ztf_alert_data-night"))
        let second = try station.setUp()
        #expect(second.lines.last == "everything is there" && !second.output.contains("made   "), "\(second)")
        tell("set up \(first.lines.count - 1) things in project \(station.project); a second time nothing was changed")

        let night = try CloudNight(alerts: Self.alerts)
        let sent = night.messages.count
        tell("Kafka: \(sent) messages, \(night.duplicates) of them twice and \(night.useless.count) no alerts")
        let folder = try TemporaryFolder()
        let run = try station.start([
            "run", night.address, "--data", folder.path, "--group", "embedded", "--json", "--quiet", "--models",
            CloudStation.models,
        ])
        let counts = try runAll(station, night)
        let report = try RunReport(try run.outcome(within: Self.patience))
        tell(
            """
            the same topic in one process: \(report.stored) alerts, \(report.deadLettered) dead letters, \
            \(report.duplicates) duplicates; \(report.passedFilter) pass the filter, \(report.fitted) are fitted
            """)

        try checkStream(station, night)
        let stored = try checkStores(station, night, folder.path)
        tell(
            """
            Kafka watermark \(try night.watermark()) = Pub/Sub messages \(sent) \
            = objects \(stored) + dead letters \(night.useless.count) + duplicates \(night.duplicates)
            BigQuery: alerts \(stored) rows, DIASource \(stored) rows
            """)
        #expect(sent == stored + night.useless.count + night.duplicates)
        #expect(report.stored == stored && report.duplicates == night.duplicates)
        #expect(report.deadLettered == night.useless.count)
        try checkProducts(station, night, folder.path, salt2: counts)

        let teardown = try station.run("teardown", "--project", station.project, "--test-id", CloudStation.id)
        #expect(try station.pubSub.list(PubSub.Topic.self, in: station.project).isEmpty)
        #expect(try station.pubSub.list(PubSub.Subscription.self, in: station.project).isEmpty)
        for bucket in [station.archiveBucket, station.plotBucket] {
            #expect(try !station.storage.hasBucket(bucket))
        }
        #expect(try !station.bigQuery.hasDataset(station.dataset, project: station.project))
        #expect(!teardown.output.contains("not there"), "\(teardown)")
        tell("took it all down again")
    }

    /// Runs the consumer and the stages to their ends.
    private func runAll(_ station: CloudStation, _ night: CloudNight) throws -> Int {
        let began = ContinuousClock.now
        let consumer = try station.consume(night.address)
        let stages = try [.archive, .table, .filter].map { try ($0, station.stage($0, "--until-idle", "10")) }
        let consumed = try consumer.outcome(within: Self.patience)
        #expect(
            consumed.status == 0 && consumed.output.contains("\"published\": \(night.messages.count),"), "\(consumed)")
        tell("consumer: \(consumed.output.trimmingCharacters(in: .newlines))")
        for (stage, process) in stages {
            let counts = try Counts(process, within: Self.patience)
            tell("stage \(stage.rawValue): \(counts.messages) messages, \(counts.deadLettered) dead letters")
            #expect(counts.messages == night.messages.count, "\(stage)")
            #expect(counts.alerts == night.messages.count - night.useless.count, "\(stage)")
            #expect(counts.deadLettered == night.useless.count, "\(stage)")
        }
        // After the table's: the emulator takes no queries while rows are appended.
        let salt2 = try station.stage(
            .salt2, "--until-idle", "5", "--table", "bigquery://\(station.project)/\(station.dataset)")
        let counts = try Counts(salt2, within: Self.patience)
        tell("stage salt2: \(counts.messages) messages, \(counts.deadLettered) dead letters")
        #expect(counts.messages > 0 && counts.deadLettered == 0)
        tell("all in \((ContinuousClock.now - began).formatted(.units(allowed: [.seconds])))")
        return counts.messages
    }

    /// The stream holds what Kafka holds, byte for byte, each message once, and so do the dead letters.
    private func checkStream(_ station: CloudStation, _ night: CloudNight) throws {
        let messages = try station.pull(station.counter(.alertData), night.messages.count)
        #expect(messages.count == night.messages.count)
        #expect(try messages.count == night.watermark())
        #expect(Self.counted(messages.map(\.data)) == Self.counted(night.messages))
        let places = Set(messages.map { [$0.attributes["kafka.partition"], $0.attributes["kafka.offset"]] })
        #expect(places.count == night.messages.count)
        #expect(messages.allSatisfy { $0.attributes["kafka.topic"] == CloudNight.topic })

        let stages = ["archive", "table", "filter"]
        let letters = try station.pull(station.counter(.deadLetters), night.useless.count * stages.count)
        for stage in stages {
            let own = letters.filter { $0.attributes["dead_letter_stage"] == stage }
            #expect(Self.counted(own.map(\.data)) == Self.counted(night.useless), "\(stage)")
            #expect(own.allSatisfy { $0.attributes["dead_letter_reason"]?.isEmpty == false })
        }
        #expect(letters.count == night.useless.count * stages.count)
    }

    private static func counted(_ messages: [[UInt8]]) -> [[UInt8]: Int] {
        Dictionary(messages.map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// - Returns: Alerts that are stored, once in each place.
    private func checkStores(_ station: CloudStation, _ night: CloudNight, _ folder: String) throws -> Int {
        let objects = try station.objects(station.archiveBucket)
        #expect(objects.count == night.alerts)
        let ids = Set(objects.compactMap { $0.metadata["candid"].flatMap { Int64($0) } })
        #expect(ids.count == night.alerts)
        // The bucket has told of each.
        let told = try station.pull(station.counter(.avroBucket), objects.count)
        #expect(Set(told.compactMap { $0.attributes["objectId"] }) == Set(objects.map(\.path.object)))
        #expect(told.count == objects.count)

        // The archive of one process gives the same containers; of a long night, a few hundred are compared.
        let work = try TemporaryFolder()
        for index in stride(from: 0, to: objects.count, by: max(1, objects.count / 200)) {
            let object = objects[index]
            let id = try #require(object.metadata["candid"])
            #expect(object.path.object.hasSuffix(".\(id).\(CloudNight.topic).avro"))
            try station.run("alert", id, "--data", folder, "--avro", work.file(id))
            let embedded = try Data(contentsOf: URL(filePath: work.file(id)))
            #expect(try Data(station.storage.get(object.path)) == embedded, "\(object.path)")
        }

        for (table, column) in [("alerts", "candidate.candid"), ("DIASource", "candid")] {
            let rows = try station.rows("SELECT \(column) AS candid FROM \(station.table(table))")
            let found = rows.compactMap { ($0["candid"] as? NSNumber)?.int64Value }
            #expect(found.count == night.alerts && Set(found) == ids, "\(table): \(found.count) rows")
        }
        return objects.count
    }

    /// The filtered and the fitted stream are those of one process, value for value.
    private func checkProducts(_ station: CloudStation, _ night: CloudNight, _ folder: String, salt2: Int) throws {
        let filtered = try station.pull(station.counter(.exgalacTrans), salt2)
        #expect(filtered.count == salt2)
        let passed = try StreamContents(filtered)
        let embedded = try StreamContents(of: "ztf_exgalac_trans", in: folder)
        #expect(!embedded.messages.isEmpty)
        #expect(passed.differences(from: embedded) == [])
        tell(
            "ztf_exgalac_trans: \(passed.messages.count) alerts, \(passed.repeated) of them twice, equal value for value"
        )

        let fitted = try StreamContents(of: "ztf_salt2", in: folder)
        let published = try StreamContents(try station.pull(station.counter(.salt2), fitted.messages.count))
        #expect(!fitted.messages.isEmpty)
        #expect(published.differences(from: fitted) == [])
        let rows = try station.rows("SELECT candid, chisq FROM \(station.table("salt2"))")
        let chisq = rows.map { row in "\(row["candid"] ?? "") \(row["chisq"] ?? "")" }.sorted()
        let expected = fitted.messages.map { id, message in
            "\(id) \((message["salt2Fit"] as? [String: Any])?["chisq"] ?? "")"
        }.sorted()
        #expect(chisq == expected)
        let database = try Database(path: folder + "/nightjar.db", mode: .readOnly)
        let drawn = Int(try database.text("SELECT COUNT(plot_lc_path) FROM ztf_salt2") ?? "")
        let plots = try station.objects(station.plotBucket).filter { $0.path.object.hasPrefix("salt2/plot_lc/") }
        #expect(plots.count == drawn)
        // With the images too, which the filtered stream has not.
        for plot in plots {
            let id = plot.path.object.dropFirst("salt2/plot_lc/candid_".count).dropLast(".png".count)
            let path = try #require(try database.text("SELECT plot_lc_path FROM ztf_salt2 WHERE candid = \(id)"))
            let embedded = try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))
            #expect(try Data(station.storage.get(plot.path)) == embedded, "\(plot.path)")
        }
        tell(
            """
            ztf_salt2: \(published.messages.count) fits = \(rows.count) rows, equal value for value; \
            \(plots.count) plots
            """)
    }
}
