internal import Alerts
internal import Avro
internal import SQLite

/// Reads the values of one alert for filters, from its packet's bytes.
///
/// A filter asks for hundreds of values an alert, so what is needed for each lies on flat arrays.
final class AlertReader {
    /// What a column's values are.
    struct Form {
        let kind: AlertColumn.Kind
        let domain: AlertColumn.Domain
        let isChecked: Bool

        init(_ column: AlertColumn) { (kind, domain, isChecked) = (column.kind, column.domain, column.domain != .any) }
    }

    /// A list, map or text that is longer is null.
    static let longestText = 1 << 16

    /// The columns of the alert's table, its id first.
    let columns: [AlertColumn]
    /// The tables of its history.
    let histories: [HistoryRows]
    private let forms: [Form]
    private let survey: Survey
    /// For each column, its place among the values of the current schema; -1 where it lacks it.
    private var places: [Int] = []
    private var schema: AlertSchema?
    // Of the alert that is there.
    private(set) var isThere = false
    private var id: Int64 = 0
    private var body: ArraySlice<UInt8> = []
    private var text = UnsafeRawBufferPointer(start: nil, count: 0)
    private var values = UnsafeBufferPointer<AvroScalar>(start: nil, count: 0)
    private var lists: [UnsafeBufferPointer<AvroScalar>] = []
    private var json: [UInt8] = []

    init(_ survey: Survey) {
        self.survey = survey
        let id = AlertColumn(name: survey.tables.idColumn, path: "", kind: .integer)
        columns = [id] + survey.tables.firstColumns + survey.tables.otherColumns
        forms = columns.map { Form($0) }
        histories = survey.tables.history.enumerated().flatMap { number, table -> [HistoryRows] in
            let suffix = String(table.name.dropFirst(survey.name.count + 1))
            guard case .exposureAndId = table.key else {
                return [HistoryRows(name: suffix, number: number, table: table, of: nil)]
            }
            return [
                HistoryRows(name: suffix, number: number, table: table, of: .detections),
                HistoryRows(name: "limits", number: number, table: table, of: .limits),
            ]
        }
    }

    func with<Value>(_ alert: DecodedAlert, _ use: () -> Value) -> Value {
        if schema !== alert.schema { remember(alert.schema) }
        (isThere, id, body) = (true, alert.alert.id, alert.text)
        defer { forget() }
        return alert.text.withUnsafeBytes { text in
            alert.fields.columns.withUnsafeBufferPointer { values in
                (self.text, self.values) = (text, values)
                return with(alert.fields.lists[...], use)
            }
        }
    }

    private func with<Value>(_ lists: ArraySlice<ProjectedList>, _ use: () -> Value) -> Value {
        guard let first = lists.first else { return use() }
        return first.values.withUnsafeBufferPointer { values in
            self.lists.append(values)
            return with(lists.dropFirst(), use)
        }
    }

    private func remember(_ schema: AlertSchema) {
        self.schema = schema
        let known = Dictionary(
            zip(schema.columns.map { $0.name.lowercased() }, schema.columnIndexes),
            uniquingKeysWith: { first, _ in first })
        places = columns.map { known[$0.name.lowercased()] ?? -1 }
        for history in histories { history.own = schema.ownIndexes[history.number] }
    }

    private func forget() {
        (isThere, body) = (false, [])
        lists.removeAll(keepingCapacity: true)
        values = UnsafeBufferPointer(start: nil, count: 0)
        text = UnsafeRawBufferPointer(start: nil, count: 0)
        for history in histories { history.forget() }
    }

    // MARK: - Values

    /// Sets the alert's value in a column of its table.
    func alertValue(_ column: Int, _ result: ResultValue) {
        guard column > 0 else { return result.set(id) }
        let place = places[column]
        if place >= 0 { set(values[place], forms[column], result) { self.columns[column].name } }
    }

    /// How many rows a history has, each point once.
    func count(of history: HistoryRows) -> Int {
        if !history.isRead { history.read(lists[history.table.list], ownId: id, in: body) }
        return history.starts.count
    }

    /// Sets the value in a row and a column of a history.
    func value(of history: HistoryRows, _ row: Int, _ column: Int, _ result: ResultValue) {
        let start = history.starts[row]
        if start >= 0 {
            set(history.values[start + column], history.forms[column], result) { "" }
        } else if column == history.idColumn {
            result.set(id)
        } else {
            set(values[history.own[column]], history.forms[column], result) { "" }
        }
    }

    /// Sets what the survey's table has of a value: numbers of a REAL column as doubles, yes and no as 1 and 0.
    @inline(__always)
    private func set(_ value: AvroScalar, _ form: Form, _ result: ResultValue, name: () -> String) {
        if form.isChecked {
            switch form.domain.value(value, in: body) {
            case .asWritten: break
            case .none: return
            case .flag(let isSet): return result.set(isSet ? "t" : "f")
            }
        }
        switch value {
        case .absent, .null, .symbol, .bytes: break
        case .double(let number): set(number, form.kind, result)
        case .float(let number): set(Double(number), form.kind, result)
        case .long(let number):
            switch form.kind {
            case .real: result.set(Double(number))
            case .text: result.set(String(number))
            default: result.set(number)
            }
        case .boolean(let isSet): form.kind == .real ? result.set(isSet ? 1.0 : 0) : result.set(isSet)
        case .string: setText(value, form.kind, result)
        case .encoded: setJSON(value, name(), result)
        }
    }

    private func set(_ number: Double, _ kind: AlertColumn.Kind, _ result: ResultValue) {
        if kind == .integer, let whole = Int64(exactly: number) { result.set(whole) } else { result.set(number) }
    }

    private func setText(_ value: AvroScalar, _ kind: AlertColumn.Kind, _ result: ResultValue) {
        guard case .string(let offset, let count) = value, count <= Self.longestText else { return }
        // Who rewrites packets may write a number as text.
        if kind != .text, let number = value.number(in: body) { return set(number, kind, result) }
        result.set(
            borrowing: UnsafeRawBufferPointer(rebasing: text[Int(offset)..<Int(offset) + Int(count)]))
    }

    private func setJSON(_ value: AvroScalar, _ name: String, _ result: ResultValue) {
        guard let bytes = value.slice(of: body), bytes.count <= Self.longestText,
            let type = schema?.columns.first(where: { $0.name == name })?.type
        else { return }
        json.removeAll(keepingCapacity: true)
        guard (try? AvroJSON.append(bytes, type: type, to: &json)) != nil, json.count <= Self.longestText else {
            return
        }
        result.set(String(decoding: json, as: UTF8.self))
    }
}
