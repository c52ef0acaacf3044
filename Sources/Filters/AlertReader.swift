internal import Alerts
internal import Avro
internal import SQLite

/// Reads the values of one alert for filters.
final class AlertReader {
    /// A table of the alert's history.
    final class History {
        let name: String
        /// Which of the survey's history tables it is made of.
        let number: Int
        let table: HistoryTable
        /// Whether it has detections or limits, where a list has both; `nil` for all rows.
        let detections: Bool?
        var columns: [AlertColumn] { table.columns }
        /// Where its rows begin in the list's values, -1 for the alert's own; `nil` until they are asked for.
        var rows: [Int]?

        init(name: String, number: Int, table: HistoryTable, detections: Bool?) {
            (self.name, self.number, self.table, self.detections) = (name, number, table, detections)
        }
    }

    /// A list or map whose JSON is longer is null.
    static let longestText = 1 << 16

    let columns: [AlertColumn]
    let histories: [History]
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
        histories = survey.tables.history.enumerated().flatMap { number, table -> [History] in
            let suffix = String(table.name.dropFirst(survey.name.count + 1))
            guard case .exposureAndId = table.key else {
                return [History(name: suffix, number: number, table: table, detections: nil)]
            }
            return [
                History(name: suffix, number: number, table: table, detections: true),
                History(name: "limits", number: number, table: table, detections: false),
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
    }

    private func forget() {
        (isThere, body) = (false, [])
        lists.removeAll(keepingCapacity: true)
        values = UnsafeBufferPointer(start: nil, count: 0)
        text = UnsafeRawBufferPointer(start: nil, count: 0)
        for history in histories { history.rows = nil }
    }

    // MARK: - Values

    func alertValue(_ column: Int, _ result: ResultValue) {
        guard column > 0 else {
            return result.set(id)
        }
        let place = places[column]
        if place >= 0 { set(values[place], columns[column], result) }
    }

    /// Where the rows of a history begin, each point once.
    func rows(of history: History) -> [Int] {
        if let rows = history.rows { return rows }
        guard let schema else { return [] }
        var rows: [Int] = []
        var ids: Set<Int64> = []
        if !schema.ownIndexes[history.number].isEmpty, history.detections != false {
            rows.append(-1)
            ids.insert(id)
        }
        let (list, width) = (lists[history.table.list].span, history.columns.count)
        for start in stride(from: 0, to: list.count, by: width) {
            guard let point = history.table.point(in: body, list.extracting(start..<start + width)),
                history.detections.map({ $0 == point.isDetection }) ?? true
            else { continue }
            // As in the tables: where ids are the key, a detection without one has no row.
            if history.table.idColumn != nil, history.detections != false {
                guard let id = point.id else {
                    if history.detections == true { rows.append(start) }
                    continue
                }
                guard ids.insert(id).inserted else { continue }
            }
            rows.append(start)
        }
        history.rows = rows
        return rows
    }

    func value(of history: History, _ row: Int, _ column: Int, _ result: ResultValue) {
        guard let schema, let start = history.rows?[row] else { return }
        if start >= 0 {
            set(lists[history.table.list][start + column], history.columns[column], result)
        } else if column == history.table.idColumn {
            result.set(id)
        } else {
            set(values[schema.ownIndexes[history.number][column]], history.columns[column], result)
        }
    }

    /// Sets what the survey's table has of a value: numbers of a REAL column as doubles, yes and no as 1 and 0.
    private func set(_ value: AvroScalar, _ column: AlertColumn, _ result: ResultValue) {
        if column.domain != .any {
            switch column.domain.value(value, in: body) {
            case .asWritten: break
            case .none: return
            case .flag(let isSet): return result.set(isSet ? "t" : "f")
            }
        }
        switch value {
        case .absent, .null, .symbol, .bytes: break
        case .double(let number): set(number, column.kind, result)
        case .float(let number): set(Double(number), column.kind, result)
        case .long(let number):
            switch column.kind {
            case .real: result.set(Double(number))
            case .text: result.set(String(number))
            default: result.set(number)
            }
        case .boolean(let isSet): column.kind == .real ? result.set(isSet ? 1.0 : 0) : result.set(isSet)
        case .string(let offset, let count):
            guard count <= Self.longestText else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: text[Int(offset)..<Int(offset) + Int(count)])
            // Who rewrites packets may write a number as text.
            if column.kind != .text, let number = value.number(in: body) {
                set(number, column.kind, result)
            } else {
                result.set(borrowing: bytes)
            }
        case .encoded: setJSON(value, column, result)
        }
    }

    private func set(_ number: Double, _ kind: AlertColumn.Kind, _ result: ResultValue) {
        if kind == .integer, let whole = Int64(exactly: number) { result.set(whole) } else { result.set(number) }
    }

    private func setJSON(_ value: AvroScalar, _ column: AlertColumn, _ result: ResultValue) {
        guard let bytes = value.slice(of: body), bytes.count <= Self.longestText,
            let type = schema?.columns.first(where: { $0.name == column.name })?.type
        else { return }
        json.removeAll(keepingCapacity: true)
        guard (try? AvroJSON.append(bytes, type: type, to: &json)) != nil, json.count <= Self.longestText else {
            return
        }
        result.set(String(decoding: json, as: UTF8.self))
    }
}
