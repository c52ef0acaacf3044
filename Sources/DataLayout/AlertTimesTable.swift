package import Alerts
package import SQLite

/// The table `alert_times`: when each alert of a stream passed each stage, by survey and id; seconds since 1970 UTC.
///
/// As with the histograms, a crash loses the times of the last seconds. Of files nobody knows when their alerts were on their way.
package enum AlertTimesTable {
    /// A stage that an alert passes, in the order in which it passes them.
    package enum Stage: String, CaseIterable, Sendable {
        /// The end of its exposure.
        case exposureEnd
        /// When the survey says that it sent the packet.
        case sent
        /// Kafka's time of its message.
        case kafka
        /// When it was read.
        case received
        /// When its products were published on Kafka; only where they are.
        case published
        /// When it was on the disk.
        case durable
    }

    /// Makes it.
    package static let definition = """
        CREATE TABLE IF NOT EXISTS alert_times (
            survey TEXT NOT NULL, id INTEGER NOT NULL,
            \(Stage.allCases.map { "\($0.rawValue) REAL" }.joined(separator: ", ")), PRIMARY KEY (survey, id)
        ) WITHOUT ROWID
        """

    /// Stores an alert's: survey, id, and the stages in their order.
    package static let insertion =
        "INSERT OR REPLACE INTO alert_times VALUES (?, ?\(String(repeating: ", ?", count: Stage.allCases.count)))"

    /// The times that are known of an alert, in the order of the stages.
    package static func times(
        ofAlert id: Int64, of survey: Survey, in database: Database
    ) throws(SQLiteError) -> [(stage: Stage, seconds: Double)] {
        guard try database.hasTable("alert_times") else { return [] }
        let columns = Stage.allCases.map(\.rawValue).joined(separator: ", ")
        let query = try database.prepare("SELECT \(columns) FROM alert_times WHERE survey = ? AND id = ?")
        query.bind(0, survey.name)
        query.bind(1, id)
        guard try query.step() else { return [] }
        return Stage.allCases.enumerated().compactMap { column, stage in
            query.isNull(column) ? nil : (stage, query.double(column))
        }
    }
}
