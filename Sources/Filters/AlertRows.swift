internal import Alerts
internal import Avro
internal import SQLite

/// The tables of one alert that filters read, over its packet's bytes: nothing is copied, and a value is read when a filter asks
/// for it.
///
/// The alert is there during ``with(_:_:)`` alone.
final class AlertRows {
    let tables: [RowTable]
    private let reader: AlertReader

    init(_ survey: Survey) {
        let reader = AlertReader(survey)
        self.reader = reader
        let alert = RowTable(name: "alert", columns: reader.columns.map { ($0.name, $0.kind.ofRows) }) {
            reader.isThere ? 1 : 0
        } read: { _, column, value in
            reader.alertValue(column, value)
        }
        tables =
            [alert]
            + reader.histories.map { history in
                RowTable(name: history.name, columns: history.table.columns.map { ($0.name, $0.kind.ofRows) }) {
                    reader.count(of: history)
                } read: { row, column, value in
                    reader.value(of: history, row, column, value)
                }
            }
    }

    /// Calls `body` while the tables have an alert.
    func with<Value>(_ alert: DecodedAlert, _ body: () -> Value) -> Value { reader.with(alert, body) }
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
