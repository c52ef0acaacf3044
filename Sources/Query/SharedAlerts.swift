internal import Alerts
internal import DataLayout
internal import SQLite

/// How many alerts of a survey lie in more than one of several data folders.
///
/// A group's workers have each alert once, unless the survey's stream was sent again and went to others.
package struct SharedAlerts: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// The survey's name.
    package let survey: String
    /// Alerts that are in more than one folder.
    package let alerts: Int
    /// The folders that have any of them.
    package let folders: [String]
    /// One of them: `candid`, `diaSourceId`.
    package let example: Int64

    private enum Key: String, CodingKey { case survey, alerts, folders, example }

    /// The id as text: many readers of JSON round long numbers.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(survey, forKey: .survey)
        try members.encode(alerts, forKey: .alerts)
        try members.encode(folders, forKey: .folders)
        try members.encode(String(example), forKey: .example)
    }

    package var description: String {
        "\(alerts) \(survey) alert\(alerts == 1 ? " is" : "s are") in more than one of "
            + "\(folders.joined(separator: ", ")), \(example) for one"
    }

    /// Compares the archives of folders, all at once in the order of their ids: it keeps one id of each.
    ///
    /// - Throws: ``BrokerError`` for the first folder that cannot be read.
    static func all(in folders: [OpenFolder]) throws(BrokerError) -> [SharedAlerts] {
        guard folders.count > 1 else { return [] }
        var found: [SharedAlerts] = []
        for survey in Survey.all {
            do throws(SQLiteError) {
                let ids = try folders.map { (folder) throws(SQLiteError) in try Ids(of: survey, in: folder.database) }
                if let shared = try shared(survey, ids, folders.map(\.path)) { found.append(shared) }
            } catch { throw BrokerError(error) }
        }
        return found
    }

    private static func shared(
        _ survey: Survey, _ ids: [Ids], _ folders: [String]
    ) throws(SQLiteError) -> SharedAlerts? {
        var (count, example): (Int, Int64?) = (0, nil)
        var sharing = [Bool](repeating: false, count: ids.count)
        while true {
            var (least, holders): (Int64, Int) = (.max, 0)
            for ids in ids {
                guard let id = ids.next, id <= least else { continue }
                holders = id == least ? holders + 1 : 1
                least = id
            }
            guard holders > 0 else { break }
            if holders > 1 {
                count += 1
                example = example ?? least
            }
            for (index, ids) in ids.enumerated() where ids.next == least {
                if holders > 1 { sharing[index] = true }
                try ids.advance()
            }
        }
        guard let example else { return nil }
        return SharedAlerts(
            survey: survey.name, alerts: count, folders: zip(folders, sharing).filter(\.1).map(\.0),
            example: example)
    }

    /// A folder's ids in ascending order.
    private final class Ids {
        private let query: Statement
        private(set) var next: Int64?

        init(of survey: Survey, in database: Database) throws(SQLiteError) {
            query = try database.prepare("SELECT id FROM archive WHERE survey = ? ORDER BY id")
            query.bind(0, survey.name)
            try advance()
        }

        func advance() throws(SQLiteError) { next = try query.step() ? query.integer(0) : nil }
    }
}
