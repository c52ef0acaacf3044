internal import Alerts
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
    /// Nights of which it judged alerts.
    package internal(set) var nights = 0
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
}

extension DataReader {
    /// The versions of filters that have judged alerts of these folders, by survey and name, each filter's last one at the end.
    ///
    /// - Throws: ``DataLayout/BrokerError``.
    package func filterUses() throws(BrokerError) -> [FilterUse] {
        var uses: [FilterUse] = []
        var nights: [Set<Int>] = []
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
                    nights.append([])
                }
                uses[place].last = max(uses[place].last, version.last)
                for row in try folder.filterNights(version) {
                    nights[place].insert(row.night)
                    uses[place].judged += row.judged
                    uses[place].passed += row.passed
                    uses[place].broken += row.broken
                }
            }
        }
        for place in uses.indices { uses[place].nights = nights[place].count }
        return uses.sorted { ($0.survey, $0.filter, $0.last) < ($1.survey, $1.filter, $1.last) }
    }
}

extension OpenFolder {
    /// What a version said in each night.
    fileprivate func filterNights(
        _ version: FilterVersion
    ) throws(BrokerError) -> [(night: Int, judged: Int, passed: Int, broken: Int)] {
        do throws(SQLiteError) {
            let query = try database.prepare(
                """
                SELECT night, sum(judged), sum(passed), sum(broken) FROM filter_ledger
                WHERE survey = ? AND filter = ? AND version = ? GROUP BY night
                """)
            for (index, name) in [version.survey.name, version.name, version.version].enumerated() {
                query.bind(index, name)
            }
            var rows: [(Int, Int, Int, Int)] = []
            while try query.step() {
                rows.append(
                    (Int(query.integer(0)), Int(query.integer(1)), Int(query.integer(2)), Int(query.integer(3))))
            }
            return rows
        } catch { throw BrokerError(error) }
    }
}
