internal import Alerts
internal import BigQuery
internal import CloudBroker
internal import GoogleAuth

/// The rows of a night in BigQuery's tables.
struct CloudRows {
    /// A row of `DIASource`.
    struct Row: Hashable, Sendable {
        let id: Int64
        /// The object's id, where the archive's objects are called by it; else empty.
        let object: String
    }

    /// What the tables have.
    struct Found {
        /// The alerts, each once, by id.
        var rows: [Row] = []
        /// Alerts that have a second row, and one of them.
        var twice: (count: Int, first: Int64)?
        /// Rows of the table of whole packets, and different ids in it.
        var packets = (rows: 0, ids: 0)
        /// The night's latest time, as the survey gives times.
        var last: Double?
        /// Alerts as they arrived: different ids and times.
        var arrived = 0
        /// Of these, the ones that are in no table yet.
        var unmerged = 0
    }

    private static let pageRows = 50_000
    /// A merge finds an alert's row from so many days before it on.
    private static let daysBack: Int64 = 8

    let names: CloudNames
    let client: BigQueryClient

    private var survey: Survey { names.survey }
    private var id: String { "`\(survey.packet.flat.id)`" }
    private var time: String { "`\(AlertTable.partitionColumn.name)`" }
    private var source: TableName { table(AlertTable.source.rawValue) }

    private func table(_ name: String) -> TableName {
        TableName(project: names.project, dataset: names.dataset, table: name)
    }

    /// Reads the night's rows; the tables are partitioned by the window's time.
    ///
    /// - Throws: ``ControlError``.
    func read(_ window: CloudWindow) throws(ControlError) -> Found {
        var found = Found()
        try GoogleWorkers.attempt("read the night's rows", .tables) { () throws(GoogleCloudError) in
            try readAlerts(window, &found)
            found.last = try last(window)
            let key = "`\(survey.packet.flat.record)`.\(id)"
            let packets = try numbers(
                "SELECT COUNT(*) AS found, COUNT(DISTINCT \(key)) AS ids FROM \(table(AlertTable.alerts.rawValue).sql) "
                    + "WHERE \(isInWindow(time))", window)
            found.packets = (packets.first ?? 0, packets.last ?? 0)
            let staged = source.sibling(source.table + "_arrivals").sql
            found.arrived =
                try numbers(
                    "SELECT COUNT(*) AS found FROM (SELECT DISTINCT \(id), \(time) FROM \(staged) WHERE \(isInWindow(time)))",
                    window
                ).first ?? 0
            guard found.arrived > found.rows.count else { return }
            found.unmerged =
                try numbers(
                    """
                    SELECT COUNT(DISTINCT staged.\(id)) AS found FROM \(staged) AS staged WHERE \(isInWindow("staged." + time))
                    AND NOT EXISTS (SELECT 1 FROM \(source.sql) AS there WHERE there.\(id) = staged.\(id)
                    AND there.\(time) >= @before)
                    """, window,
                    [QueryParameter("before", microseconds: window.begin - Self.daysBack * 86_400_000_000)]
                ).first ?? 0
        }
        return found
    }

    private func isInWindow(_ time: String) -> String { "\(time) >= @begin AND \(time) < @end" }

    private func rows(
        _ sql: String, _ window: CloudWindow, _ more: [QueryParameter] = []
    ) throws(GoogleCloudError) -> QueryRows {
        try client.query(
            sql, project: names.project,
            parameters: [
                QueryParameter("begin", microseconds: window.begin), QueryParameter("end", microseconds: window.end),
            ] + more, pageRows: Self.pageRows)
    }

    private func readAlerts(_ window: CloudWindow, _ found: inout Found) throws(GoogleCloudError) {
        let isNamed = survey.archiveName == .object
        let object = isNamed ? ", CAST(`\(survey.packet.flat.object)` AS STRING) AS object" : ""
        var pages = try rows(
            "SELECT \(id) AS id\(object) FROM \(source.sql) WHERE \(isInWindow(time)) ORDER BY id", window)
        guard pages.count <= Int64(CloudLedger.mostAlerts) else {
            throw error(.outOfRange, "\(pages.count) rows of a night are more than \(CloudLedger.mostAlerts)")
        }
        while let page = try pages.next() {
            for row in page {
                guard case .integer(let id)? = row.first else { throw error(.malformedAnswer, "a row without its id") }
                if found.rows.last?.id == id {
                    found.twice = ((found.twice?.count ?? 0) + 1, found.twice?.first ?? id)
                    continue
                }
                var name = ""
                if isNamed, case .text(let text)? = row.last { name = text }
                found.rows.append(Row(id: id, object: name))
            }
        }
    }

    /// The latest time of the night's alerts.
    private func last(_ window: CloudWindow) throws(GoogleCloudError) -> Double? {
        let bounds = [window.night.lowerBound, window.night.upperBound].map {
            survey.time.given(Epoch(mjd: $0, scale: survey.time.scale))
        }
        let column = "`\(survey.tables.timeColumn)`"
        var answer = try rows(
            "SELECT MAX(\(column)) AS last FROM \(source.sql) WHERE \(isInWindow(time)) AND \(column) >= @first "
                + "AND \(column) < @after",
            window, [QueryParameter("first", bounds[0]), QueryParameter("after", bounds[1])])
        guard case .real(let last)? = try answer.all().first?.first else { return nil }
        return last
    }

    /// The whole numbers of a statement's only row.
    private func numbers(
        _ sql: String, _ window: CloudWindow, _ more: [QueryParameter] = []
    ) throws(GoogleCloudError) -> [Int] {
        var answer = try rows(sql, window, more)
        let row = try answer.all().first ?? []
        return try row.map { (value) throws(GoogleCloudError) in
            guard case .integer(let number) = value else { throw error(.malformedAnswer, "a count that is no number") }
            return Int(number)
        }
    }

    private func error(_ code: GoogleCloudError.Code, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(
            code, service: GoogleService.bigQuery.rawValue, resource: source.description, detail: detail)
    }
}

extension CloudRows.Found {
    /// What does not fit in the tables.
    func faults(_ names: CloudNames) -> [String] {
        let source = "\(names.dataset).\(AlertTable.source.rawValue)"
        var faults: [String] = []
        if let twice {
            faults.append(
                "\(source) has \(rows.count + twice.count) rows of \(rows.count) alerts, \(names.survey.idName) "
                    + "\(twice.first) more than once for one")
        }
        if unmerged > 0 {
            faults.append(
                "\(unmerged) alerts are in \(source)_arrivals and not in \(source), which has \(rows.count); the table's stage "
                    + "takes them in with its next merge")
        }
        if packets.rows != rows.count || packets.ids != rows.count {
            faults.append(
                "\(names.dataset).\(AlertTable.alerts.rawValue) has \(packets.rows) rows of \(packets.ids) alerts, and "
                    + "\(source) \(rows.count) alerts")
        }
        return faults
    }
}
