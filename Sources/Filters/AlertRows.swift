internal import Alerts
internal import Catalogues
internal import Avro
internal import SQLite

/// The tables of one alert that filters read, over its packet's bytes: nothing is copied, and a value is read when a filter asks
/// for it.
///
/// The alert is there during ``with(_:_:)`` alone.
final class AlertRows {
    let tables: [RowTable]
    private let reader: AlertReader
    private let catalogues: [CatalogueRows]
    private let computed: [ComputedRow]
    private let log = ReadLog()

    /// What filters read, while somebody wants to know.
    private final class ReadLog {
        var isOn = false
        /// For each table that was read, the columns.
        var columns: [Set<Int>?] = []

        /// Notes that a table is read: a column of it, or without one its rows.
        @inline(__always)
        func note(_ table: Int, _ column: Int?) {
            guard isOn else { return }
            columns[table] = (columns[table] ?? []).union(column.map { [$0] } ?? [])
        }
    }

    init(_ survey: Survey, _ catalogues: [Catalogue], _ computed: [ComputedTable]) {
        let (reader, log) = (AlertReader(survey), log)
        self.reader = reader
        let (catalogues, computed) = (CatalogueRows.all(catalogues), computed.map { ComputedRow($0) })
        (self.catalogues, self.computed) = (catalogues, computed)
        let alert = RowTable(name: "alert", columns: reader.columns.map { ($0.name, $0.kind.ofRows) }) {
            log.note(0, nil)
            return reader.isThere ? 1 : 0
        } read: { _, column, value in
            log.note(0, column)
            reader.alertValue(column, value)
        }
        let histories = reader.histories.enumerated().map { number, history in
            RowTable(name: history.name, columns: history.table.columns.map { ($0.name, $0.kind.ofRows) }) {
                log.note(number + 1, nil)
                return reader.isThere ? reader.count(of: history) : 0
            } read: { row, column, value in
                log.note(number + 1, column)
                reader.value(of: history, row, column, value)
            }
        }
        tables =
            [alert] + histories
            + catalogues.enumerated().map { number, rows in
                rows.table { log.note(histories.count + 1 + number, $0) }
            }
            + computed.enumerated().map { number, row in
                row.rows { log.note(histories.count + 1 + catalogues.count + number, $0) }
            }
    }

    /// The names of the catalogues, and of those among them that are not there.
    var catalogueNames: Set<String> { Set(catalogues.map(\.name)) }
    var absentNames: Set<String> { Set(catalogues.filter { !$0.isThere }.map(\.name)) }

    /// Whether a catalogue has the sky around the alert; `nil` where there is no catalogue of the name.
    func covers(_ name: String) -> Bool? { catalogues.first { $0.name == name }?.covers }

    /// Calls `body` while the tables have an alert, and what was computed of it.
    func with<Value>(_ alert: DecodedAlert, _ values: ComputedValues, _ body: () -> Value) -> Value {
        for catalogue in catalogues { catalogue.see(alert.alert) }
        for row in computed { row.values = values[row.table.name] }
        defer {
            for catalogue in catalogues { catalogue.forget() }
            for row in computed { row.values = nil }
        }
        return reader.with(alert, body)
    }

    /// Calls `body`, and says of which tables it read which columns.
    func reading<Failure: Error>(
        _ body: () throws(Failure) -> Void
    ) throws(Failure) -> [(table: String, columns: [String])] {
        log.columns = tables.map { _ in nil }
        log.isOn = true
        defer { log.isOn = false }
        try body()
        return zip(tables, log.columns).compactMap { table, columns in
            columns.map { (table.name, $0.sorted().map { table.columns[$0] }) }
        }
    }
}

extension AlertColumn.Kind {
    /// What values the column has for a filter.
    var ofRows: RowTable.Kind {
        switch self {
        case .integer: .integer
        case .real: .real
        case .text, .blob, .json: .text
        }
    }
}
