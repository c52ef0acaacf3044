import Alerts
import Avro
import Broker
import DataLayout
import Foundation
import Packets
import Query
import SQLite
import Salt2
import Simulator
import Pipeline
import TestSupport
import Testing

/// A simulated night through the SALT2 stage of a run.
@Suite struct SupernovaTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let models =
        ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appendingPathComponent("models").path
    static let hasModels = ContinuousIntegration.runs(
        FileManager.default.fileExists(atPath: models + "/salt2-k21-frag/salt2_template_0.dat"))

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try SimulatedNight(alerts: 300, seed: 5, night: 20_240_915).write(to: folder.file("night.tar.gz"), truth: nil)
    }

    private func run(models: String?, _ change: (inout SupernovaOptions) -> Void = { _ in }) throws -> Report {
        var options = Run.Options(folder: folder.file("data"), sources: [try Source.local(folder.file("night.tar.gz"))])
        var supernovae = try models.map { try SupernovaOptions(models: $0) } ?? .withoutModels
        change(&supernovae)
        options.supernovae = supernovae
        let outcome = try Run(options).run()
        #expect(outcome.failures.isEmpty && outcome.report.addsUp)
        return outcome.report
    }

    private func rows(_ sql: String) throws -> [[String]] {
        let statement = try Database(path: folder.file("data/nightjar.db"), mode: .readOnly).prepare(sql)
        var rows: [[String]] = []
        while try statement.step() { rows.append((0..<statement.columnCount).map { statement.text($0) ?? "-" }) }
        return rows
    }

    @Test("without models the run continues, and each alert has the remedy") func missingModels() throws {
        let report = try run(models: nil)
        #expect(report[.stored] == 300 && report[.fitted] == 0 && report[.fitFailed] > 0)
        #expect(report.tallies[.unfitted]["modelMissing"] == report[.fitFailed])
        // Each alert that passed has been fitted, or says why not.
        #expect(report.tallies[.unfitted].values.reduce(0, +) == report[.passedFilter])
        let details = try rows("SELECT DISTINCT success, reason, detail FROM ztf_salt2")
        #expect(details.count == 1 && details[0][0] == "0" && details[0][1] == "modelMissing")
        #expect(details[0][2].contains("scripts/fetch-models"))
        // What a run that was killed left of a picture is gone after the next.
        let partial = try folder.write([1, 2, 3], to: "data/plots/.partial")
        #expect(try run(models: nil)[.duplicates] == 300 && !FileManager.default.fileExists(atPath: partial))
    }

    @Test(
        "what came without models is fitted later, as if they had been there",
        .enabled(if: hasModels, "skipped: no models here"))
    func refit() throws {
        let before = try run(models: nil)
        let data = folder.file("data")
        let still = try SupernovaRefit.run(folder: data, options: .withoutModels)
        #expect(still.fitted == 0 && still.failed == 1)
        let outcome = try SupernovaRefit.run(folder: data, options: try SupernovaOptions(models: Self.models))
        #expect(outcome.fitted + outcome.failed == before[.fitFailed] && outcome.fitted > 0)
        #expect(try DataReader([data]).ledger().entries.map(\.row).map { $0[.fitted] }.reduce(0, +) == outcome.fitted)
        let late = try rows("SELECT * FROM ztf_salt2 ORDER BY candid")
        try FileManager.default.removeItem(atPath: data)
        _ = try run(models: Self.models)
        #expect(try rows("SELECT * FROM ztf_salt2 ORDER BY candid") == late)
        let id = try #require(Int64(try rows("SELECT candid FROM ztf_salt2 WHERE success")[0][0]))
        let options = try SupernovaOptions(models: Self.models)
        let svg = try SupernovaRefit.plot(of: OpenFolder(data).alert(id), options: options, form: .svg)
        #expect(String(decoding: svg.prefix(200), as: UTF8.self).contains("<svg"))
    }

    @Test("a refit counts for its alert's source", .enabled(if: hasModels, "skipped: no models here"))
    func refitBySource() throws {
        try SimulatedNight(alerts: 300, seed: 6, night: 20_240_915).write(to: folder.file("other.tar.gz"), truth: nil)
        func run(_ data: String, _ supernovae: SupernovaOptions) throws {
            let sources = try ["night.tar.gz", "other.tar.gz"].map { try Source.local(folder.file($0)) }
            var options = Run.Options(folder: folder.file(data), sources: sources)
            options.supernovae = supernovae
            _ = try Run(options).run()
        }
        func fits(_ data: String) throws -> [String] {
            try DataReader([folder.file(data)]).ledger().entries.map(\.row).map {
                "\($0.source) \($0[.fitted]) \($0[.fitFailed])"
            }
        }
        var supernovae = try SupernovaOptions(models: Self.models)
        supernovae.drawsPlots = false
        try run("late", .withoutModels)
        _ = try SupernovaRefit.run(folder: folder.file("late"), options: supernovae)
        try run("first", supernovae)
        #expect(try fits("late") == fits("first"))
        #expect(try fits("first").count == 2)
    }

    @Test("rows, messages, pictures and the ledger agree", .enabled(if: hasModels, "skipped: no models here"))
    func products() throws {
        let report = try run(models: Self.models)
        #expect(report[.fitted] >= 4)
        let table = try rows("SELECT candid, objectId, z, chisq, plot_lc_path, success FROM ztf_salt2 ORDER BY rowid")
        #expect(table.count == report[.fitted] + report[.fitFailed])
        #expect(table.count { $0[5] == "1" } == report[.fitted])
        let ledger = try DataReader([folder.file("data")]).ledger().entries.map(\.row)
        #expect(ledger.map { $0[.fitted] }.reduce(0, +) == report[.fitted])
        #expect(ledger.map { $0[.fitFailed] }.reduce(0, +) == report[.fitFailed])
        // The topic's messages are the rows, with the alert that each belongs to.
        let topic = try #require(Topic(name: "ztf_salt2"))
        let reader = try TopicReader(OpenFolder(folder.file("data")), topic: topic)
        var messages: [AvroValue] = []
        while let message = try reader.next() {
            messages.append(try AvroValue.decode(message.body, schema: message.schema))
        }
        #expect(messages.count == table.count)
        let byCandid = Dictionary(uniqueKeysWithValues: table.map { ($0[0], $0) })
        for message in messages {
            let fit = try #require(message["salt2Fit"])
            let candid = try #require(fit["candid"]).number
            let row = try #require(byCandid[candid])
            #expect(message["alert"]?["candid"]?.number == candid)
            #expect(message["alert"]?["cutoutScience"] == nil)
            #expect(fit["objectId"] == .string(row[1]))
            guard row[5] == "1" else { continue }
            guard case .double(let z)? = fit["z"], case .double(let chisq)? = fit["chisq"] else {
                Issue.record("no numbers in the message of \(candid)")
                continue
            }
            #expect(abs(z - (Double(row[2]) ?? .nan)) < 1e-12 && abs(chisq / (Double(row[3]) ?? .nan) - 1) < 1e-12)
            let picture = try Data(contentsOf: URL(fileURLWithPath: folder.file("data/" + row[4])))
            #expect(row[4] == "plots/\(row[1])/\(candid).png")
            #expect(picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("data/plots/.partial")))
        let newest = try rows("SELECT count(*), count(DISTINCT objectId) FROM ztf_salt2_newest")
        let objects = try rows("SELECT count(DISTINCT objectId) FROM ztf_salt2")
        #expect(newest[0][0] == newest[0][1] && newest[0][0] == objects[0][0])
    }

    @Test("the same night again fits nothing", .enabled(if: hasModels, "skipped: no models here"))
    func again() throws {
        let first = try run(models: Self.models) { $0.drawsPlots = false }
        #expect(first[.fitted] > 0 && !FileManager.default.fileExists(atPath: folder.file("data/plots")))
        let before = try rows("SELECT * FROM ztf_salt2 ORDER BY candid")
        let second = try run(models: Self.models) { $0.drawsPlots = false }
        #expect(second[.duplicates] == 300 && second[.fitted] == 0 && second.tallies[.unfitted].isEmpty)
        #expect(try rows("SELECT * FROM ztf_salt2 ORDER BY candid") == before)
    }

    @Test(
        "a known redshift is held, and dust makes the supernova bluer",
        .enabled(if: hasModels, "skipped: no models here"))
    func redshiftAndDust() throws {
        _ = try run(models: Self.models) {
            $0.drawsPlots = false
            $0.redshift = { _ in 0.05 }
            $0.reddening = { _, _ in 0.2 }
        }
        let fits = try rows("SELECT z, z_err, z_known, mwebv, z_z_cov FROM ztf_salt2 WHERE success")
        #expect(!fits.isEmpty && fits.allSatisfy { $0 == ["0.05", "-", "1", "0.2", "-"] })
        let color = try rows("SELECT avg(c) FROM ztf_salt2 WHERE success")
        // E(B-V) of 0.2 reddens g - r by about 0.2 mag, which the fit takes off c.
        #expect((Double(color[0][0]) ?? .nan) < -0.05)
    }

    @Test("each row says where the redshift came from, and an older table gets the column") func redshiftSource() throws
    {
        _ = try run(models: nil)
        #expect(try rows("SELECT DISTINCT z_source FROM ztf_salt2") == [["free"]])
        let database = try Database(path: folder.file("data/nightjar.db"), mode: .readWrite)
        try database.execute("ALTER TABLE ztf_salt2 DROP COLUMN z_source")
        let ids = try rows("SELECT candid FROM ztf_salt2 ORDER BY candid").map { $0[0] }
        let first = try #require(Int64(ids[0]))
        let options = SupernovaOptions.withoutModels
        _ = try SupernovaRefit.run(folder: folder.file("data"), options: options)
        #expect(try rows("SELECT DISTINCT z_source FROM ztf_salt2") == [["-"]])
        try FileManager.default.removeItem(atPath: folder.file("data"))
        _ = try run(models: nil) {
            $0.redshift = { $0.id == first ? 0.05 : nil }
            $0.prior = { _ in RedshiftPrior(mean: 0.05, sigma: 0.002) }
        }
        #expect(
            try rows("SELECT candid, z_known, z_source FROM ztf_salt2 ORDER BY candid")
                == ids.map { $0 == ids[0] ? [$0, "1", "known"] : [$0, "0", "host"] })
    }

    @Test("a prior is a measurement of a free redshift", .enabled(if: hasModels, "skipped: no models here"))
    func prior() throws {
        _ = try run(models: Self.models) {
            $0.drawsPlots = false
            $0.prior = { _ in RedshiftPrior(mean: 0.004, sigma: 0.0002) }
        }
        let fits = try rows(
            "SELECT ndof - n_used, z_err < 0.0002001, abs(z - 0.004) < 0.002, z_source FROM ztf_salt2 WHERE success")
        // Such a host is nearer than a survey's fits look for one.
        #expect(!fits.isEmpty && fits.allSatisfy { $0 == ["-4", "1", "1", "host"] }, "\(fits)")
    }
}

extension AvroValue {
    fileprivate var number: String {
        switch self {
        case .long(let value), .int(let value): String(value)
        default: ""
        }
    }
}
