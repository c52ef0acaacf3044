internal import Alerts
internal import SQLite
internal import Pipeline

extension OpenFolder {
    /// That there is no alert with an id, and what is there instead.
    func unknown(_ id: Int64) throws(BrokerError) -> BrokerError {
        var held: [String] = []
        for survey in Survey.all {
            let count = try messages(of: Topic(survey, .alertData))
            if count > 0 { held.append("\(count) of \(survey.title)") }
        }
        do { return try missing(id, held) } catch { throw BrokerError(error) }
    }

    private func missing(_ id: Int64, _ held: [String]) throws(SQLiteError) -> BrokerError {
        guard !held.isEmpty else {
            return BrokerError(
                .unknownAlert, path: path, detail: "no alert \(id) is archived here; the folder holds no alerts")
        }
        let nights = try database.integer("SELECT count(DISTINCT night) FROM ledger WHERE stored > 0") ?? 0
        let (first, last) = (
            try database.integer("SELECT min(night) FROM ledger WHERE stored > 0") ?? 0,
            try database.integer("SELECT max(night) FROM ledger WHERE stored > 0") ?? 0
        )
        let time = nights == 1 ? "of night \(first)" : "of \(nights) nights from \(first) to \(last)"
        let near = try nearest(to: id).map { "; the nearest id is \($0)" } ?? ""
        return BrokerError(
            .unknownAlert, path: path,
            detail: "no alert \(id) is archived here, but \(held.joined(separator: " and ")), \(time)" + near)
    }

    /// An id that lost its last digits, as in a spreadsheet, is found again by it.
    private func nearest(to id: Int64) throws(SQLiteError) -> Int64? {
        var near: [Int64] = []
        for survey in Survey.all {
            for (column, comparison) in [("max(id)", "<"), ("min(id)", ">")] {
                let query = try database.prepare(
                    "SELECT \(column) FROM archive WHERE survey = ? AND id \(comparison) ?")
                query.bind(0, survey.name)
                query.bind(1, id)
                if try query.step(), !query.isNull(0) { near.append(query.integer(0)) }
            }
        }
        func distance(_ other: Int64) -> UInt64 { UInt64(bitPattern: max(id, other) &- min(id, other)) }
        return near.min { distance($0) < distance($1) }
    }
}
