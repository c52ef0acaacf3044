package import Alerts
package import DataLayout
internal import Pipeline
internal import SQLite

/// What one version of a filter has done in data folders.
package struct FilterUse: Encodable, Sendable {
    /// The survey's name.
    package let survey: String
    /// The filter's name.
    package let filter: String
    /// The SHA-256 of its text.
    package let version: String
    /// When it first judged, UTC.
    package let added: String
    /// When it last judged, UTC.
    package internal(set) var last: String
    /// What it said in one night.
    package struct Night: Sendable, Hashable {
        /// YYYYMMDD.
        package let night: Int
        /// Stored alerts that it judged, those that passed, and those that it did not judge, since it broke its bounds.
        package internal(set) var judged, passed, broken: Int
    }

    /// Nights of which it judged alerts.
    package var nights: Int { byNight.count }
    /// Night by night.
    package internal(set) var byNight: [Night] = []
    /// Stored alerts that it judged.
    package internal(set) var judged = 0
    /// Those that passed.
    package internal(set) var passed = 0
    /// Stored alerts that it did not judge, since it broke its bounds.
    package internal(set) var broken = 0
    /// What it costs an alert now, seconds; `nil` where it was not measured.
    package var cost: Double?
    /// Its text.
    package let sql: String

    private enum CodingKeys: String, CodingKey {
        case survey, filter, version, added, last, nights, judged, passed, broken, cost
    }

    /// One object; the nights by their number.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(survey, forKey: .survey)
        try members.encode(filter, forKey: .filter)
        try members.encode(version, forKey: .version)
        try members.encode(added, forKey: .added)
        try members.encode(last, forKey: .last)
        try members.encode(nights, forKey: .nights)
        try members.encode(judged, forKey: .judged)
        try members.encode(passed, forKey: .passed)
        try members.encode(broken, forKey: .broken)
        try members.encodeIfPresent(cost, forKey: .cost)
    }

    mutating func add(_ row: Night) {
        judged += row.judged
        passed += row.passed
        broken += row.broken
        if let known = byNight.firstIndex(where: { $0.night == row.night }) {
            byNight[known].judged += row.judged
            byNight[known].passed += row.passed
            byNight[known].broken += row.broken
        } else {
            byNight.insert(row, at: byNight.firstIndex { $0.night > row.night } ?? byNight.count)
        }
    }
}

extension DataReader {
    /// The names of the filters that have judged a survey's alerts in these folders, sorted.
    ///
    /// - Throws: ``DataLayout/BrokerError``.
    package func filterNames(of survey: Survey) throws(BrokerError) -> [String] {
        var names: Set<String> = []
        for folder in folders {
            for version in try folder.filterVersions() where version.survey == survey { names.insert(version.name) }
        }
        return names.sorted()
    }

    /// The versions of filters that have judged alerts of these folders, by survey and name, each filter's last one at the end.
    ///
    /// - Throws: ``DataLayout/BrokerError``.
    package func filterUses() throws(BrokerError) -> [FilterUse] {
        var uses: [FilterUse] = []
        for folder in folders {
            for version in try folder.filterVersions() {
                let known = uses.firstIndex {
                    ($0.survey, $0.filter, $0.version) == (version.survey.name, version.name, version.version)
                }
                let place = known ?? uses.count
                if known == nil {
                    uses.append(
                        FilterUse(
                            survey: version.survey.name, filter: version.name, version: version.version,
                            added: version.added, last: version.last, sql: version.sql))
                }
                uses[place].last = max(uses[place].last, version.last)
                for row in try folder.filterNights(version) { uses[place].add(row) }
            }
        }
        return uses.sorted { ($0.survey, $0.filter, $0.last) < ($1.survey, $1.filter, $1.last) }
    }
}

extension OpenFolder {
    /// What a version said in each night.
    fileprivate func filterNights(_ version: FilterVersion) throws(BrokerError) -> [FilterUse.Night] {
        do throws(SQLiteError) {
            let query = try database.prepare(
                """
                SELECT night, sum(judged), sum(passed), sum(broken) FROM filter_ledger
                WHERE survey = ? AND filter = ? AND version = ? GROUP BY night
                """)
            for (index, name) in [version.survey.name, version.name, version.version].enumerated() {
                query.bind(index, name)
            }
            var rows: [FilterUse.Night] = []
            while try query.step() {
                rows.append(
                    FilterUse.Night(
                        night: Int(query.integer(0)), judged: Int(query.integer(1)), passed: Int(query.integer(2)),
                        broken: Int(query.integer(3))))
            }
            return rows
        } catch { throw BrokerError(error) }
    }
}
