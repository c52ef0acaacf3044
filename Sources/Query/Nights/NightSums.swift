internal import Alerts
internal import DataLayout
internal import Foundation
internal import Pipeline
internal import SQLite

/// Sums over the stored alerts of a night, folder by folder.
struct NightSums {
    private(set) var nights: [Int: Int] = [:]
    private(set) var fingerprints: [String: Int] = [:]
    private(set) var names: [String: String] = [:]
    /// The ids of all stored alerts, some of them more than once where folders share alerts.
    private(set) var ids: [Int64] = []
    private var bins: [Int: (alerts: Int, passed: Int)] = [:]

    /// What became of the alerts of one part.
    struct Outcomes {
        var counts = Counts()
        /// Alerts without a row in the survey's table.
        var withoutRow = 0
    }

    /// Adds the alerts of a survey that a condition on `archive` and `alerts` chooses.
    ///
    /// - Parameters:
    ///   - condition: SQL, with parameters that `bind` sets.
    ///   - survey: The survey.
    ///   - folder: The folder, which has the survey's table.
    ///   - bind: Sets the condition's parameters.
    /// - Returns: What became of them.
    /// - Throws: `SQLiteError`
    mutating func add(
        where condition: String, of survey: Survey, in folder: OpenFolder, bind: (Statement) -> Void
    ) throws(SQLiteError) -> Outcomes {
        let (tables, fits) = (survey.tables, "\(survey.name)_\(Salt2Row.table.name)")
        let hasFits = try folder.database.hasTable(fits)
        let query = try folder.database.prepare(
            """
            SELECT archive.id, alerts.night, alerts.is_extragalactic_transient, alerts.\(tables.timeColumn),
            segments.fingerprint, \(hasFits ? "fits.success" : "NULL")
            FROM archive LEFT JOIN \(tables.alerts) AS alerts ON alerts.\(tables.idColumn) = archive.id
            LEFT JOIN messages ON messages.topic = '\(Topic(survey, .alertData).name)'
            AND messages.offset = archive.offset
            LEFT JOIN segments ON segments.segment = messages.segment
            \(hasFits ? "LEFT JOIN \(fits) AS fits ON fits.\(Salt2Row.table.key) = archive.id" : "")
            WHERE archive.survey = '\(survey.name)' AND \(condition)
            """)
        bind(query)
        var outcomes = Outcomes()
        while try query.step() {
            ids.append(query.integer(0))
            outcomes.counts += Counts(.archived, .stored)
            if let fingerprint = query.text(4) { fingerprints[fingerprint, default: 0] += 1 }
            guard !query.isNull(1) else {
                outcomes.withoutRow += 1
                continue
            }
            nights[Int(query.integer(1)), default: 0] += 1
            let hasPassed = query.integer(2) == 1
            if hasPassed { outcomes.counts[.passedFilter] += 1 }
            if !query.isNull(5) { outcomes.counts[query.integer(5) == 1 ? .fitted : .fitFailed] += 1 }
            let mjd = survey.time.epoch(query.double(3)).mjdTAI
            guard !query.isNull(3), (0..<1_000_000).contains(mjd) else { continue }
            let bin = Int((mjd / NightAccount.binWidth).rounded(.down))
            bins[bin, default: (0, 0)].alerts += 1
            if hasPassed { bins[bin, default: (0, 0)].passed += 1 }
        }
        for fingerprint in fingerprints.keys where names[fingerprint] == nil {
            names[fingerprint] = try Self.name(ofSchema: fingerprint, in: folder.database)
        }
        return outcomes
    }

    /// A schema's full name, and its version where it has one.
    private static func name(ofSchema fingerprint: String, in database: Database) throws(SQLiteError) -> String? {
        let query = try database.prepare("SELECT json FROM schemas WHERE fingerprint = ?")
        query.bind(0, fingerprint)
        guard try query.step(), let json = query.blob(0),
            let schema = (try? JSONSerialization.jsonObject(with: Data(json))) as? [String: Any],
            let name = schema["name"] as? String
        else { return nil }
        let whole =
            name.contains(".") ? name : [schema["namespace"] as? String, name].compactMap { $0 }.joined(separator: ".")
        return (schema["version"] as? String).map { "\(whole) \($0)" } ?? whole
    }

    var schemas: [NightAccount.SchemaCount] {
        fingerprints.map {
            NightAccount.SchemaCount(name: names[$0.key] ?? "unknown", fingerprint: $0.key, alerts: $0.value)
        }.sorted { ($1.alerts, $0.name, $0.fingerprint) < ($0.alerts, $1.name, $1.fingerprint) }
    }

    var times: [NightAccount.Bin] {
        bins.sorted { $0.key < $1.key }.map {
            NightAccount.Bin(
                mjdTAI: Double($0.key) * NightAccount.binWidth, alerts: $0.value.alerts, passed: $0.value.passed)
        }
    }

    /// Alerts that are stored more than once, and one of them.
    var shared: (count: Int, example: Int64)? {
        var (count, example, last): (Int, Int64?, Int64?) = (0, nil, nil)
        for id in ids.sorted() {
            if id == last {
                count += 1
                example = example ?? id
            }
            last = id
        }
        return example.map { (count, $0) }
    }
}
