internal import Alerts
internal import Avro
internal import SQLite

/// Fills a history table.
///
/// The rows of the object in the packet's time span are read once for each packet. Most points are in many packets, and a
/// lookup for each point would cost more.
final class HistoryInsert {
    /// The alert whose packet holds the points.
    struct Provenance {
        let id: Int64
        /// The alert's time, days in the survey's own scale.
        let time: Double
    }

    let table: HistoryTable
    private let insert: Statement
    private let ofSpan: Statement
    private let delete: Statement
    /// Sets the time of a row's withdrawal, whose parameter follows those of the key; `nil` where the survey withdraws none.
    private let withdraw: Statement?
    /// Columns whose value may differ from the packet's.
    private let checked: [(column: Int, domain: AlertColumn.Domain)]
    private let columnCount: Int
    private let filterKind: AlertColumn.Kind?
    private enum Form { case exposure, id, exposureAndId }
    private let form: Form
    /// Whether an exposure may have several rows of an object.
    private var hasLimits: Bool { form == .exposureAndId }
    private var points: [(row: Int, point: HistoryTable.Point)] = []
    /// One second in days: a point may be later than its alert by so much, since times of one exposure are rounded differently.
    private static let second = 1.0 / 86_400

    init(_ table: HistoryTable, of tables: SurveyTables, database: Database) throws(SQLiteError) {
        self.table = table
        columnCount = table.columns.count
        checked = table.columns.indices.compactMap { column in
            let domain = table.columns[column].domain
            return domain == .any ? nil : (column, domain)
        }
        filterKind = table.filterColumn.map { table.columns[$0].kind }
        let names = table.columns.map { sqlName($0.name) } + HistoryDefinition.provenance(tables)
        let marks = Array(repeating: "?", count: names.count + 1).joined(separator: ", ")
        insert = try database.prepare(
            """
            INSERT INTO \(table.name) (objectId, \(names.joined(separator: ", "))) VALUES (\(marks))
            ON CONFLICT (objectId, \(table.keyNames.joined(separator: ", "))) DO NOTHING
            """)
        let brightness: String
        switch table.key {
        case .exposure: (form, brightness) = (.exposure, "1")
        case .id: (form, brightness) = (.id, "1")
        case .exposureAndId(_, _, _, let name): (form, brightness) = (.exposureAndId, "\(name) IS NOT NULL")
        }
        let (first, second) = (table.keyNames[0], table.keyNames.dropFirst().first ?? "0")
        let isNumber = filterKind == .integer && form == .exposure ? "AND typeof(\(second)) = 'integer'" : ""
        let withdrawn = table.withdrawnColumn.map { sqlName(table.columns[$0].name) } ?? "NULL"
        ofSpan = try database.prepare(
            """
            SELECT \(first), \(second), \(brightness), after_alert, \(withdrawn) FROM \(table.name)
            WHERE objectId = ? AND \(first) BETWEEN ? AND ? \(isNumber)
            """)
        let key = ["objectId"] + table.keyNames
        let isRow = key.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
        delete = try database.prepare("DELETE FROM \(table.name) WHERE \(isRow)")
        withdraw =
            table.withdrawnColumn == nil
            ? nil : try database.prepare("UPDATE \(table.name) SET \(withdrawn) = ?\(key.count + 1) WHERE \(isRow)")
    }

    /// The statements whose first parameter is the object.
    var ofObject: [Statement] { [insert, ofSpan, delete] + (withdraw.map { [$0] } ?? []) }

    /// Inserts the points of an alert that the table lacks; the object is bound already. A row without a time is not a point.
    ///
    /// - Parameters:
    ///   - record: The record's bytes.
    ///   - body: The same bytes, as a buffer.
    ///   - alert: The alert whose packet holds the points.
    ///   - own: The alert's own detection, by the table's columns; empty where the table has no row of it.
    ///   - list: The history.
    /// - Returns: The number of points that the table cannot hold.
    /// - Throws: ``SQLiteError`` where the database fails.
    func run(
        of record: ArraySlice<UInt8>, _ body: UnsafeRawBufferPointer, by alert: Provenance, own: [AvroScalar],
        _ list: ProjectedList
    ) throws(SQLiteError) -> Int {
        points.removeAll(keepingCapacity: true)
        let history = list.values.span
        if !own.isEmpty, var point = table.point(in: record, own.span) {
            // The alert's id is the one in its row, whatever its detection has.
            point.id = alert.id
            points.append((-1, point))
        }
        for row in 0..<list.count {
            if let point = table.point(in: record, history.extracting(list.range(row))) { points.append((row, point)) }
        }
        guard !points.isEmpty else { return 0 }
        var known = try knownRows()
        insert.bind(columnCount + 1, alert.id)
        var refused = 0
        for (row, point) in points {
            let isAfter = point.time > alert.time + Self.second
            let values = row < 0 ? own.span : history.extracting(list.range(row))
            if try !run(point, of: record, body, isAfter: isAfter, among: &known, values) { refused += 1 }
        }
        return refused
    }

    /// Reads the rows of the object in the time span of the points.
    private func knownRows() throws(SQLiteError) -> KnownRows {
        var known = KnownRows(hasLimits: hasLimits, expected: points.count)
        switch form {
        case .exposure:
            let times = points.lazy.map(\.point.time)
            ofSpan.bind(1, times.min() ?? 0)
            ofSpan.bind(2, times.max() ?? 0)
        case .id, .exposureAndId:
            let form = form
            let numbers = points.lazy.map { Self.key(of: $0.point, form).first }
            ofSpan.bind(1, numbers.min() ?? 0)
            ofSpan.bind(2, numbers.max() ?? 0)
        }
        while try ofSpan.step() {
            let key: HistoryKey?
            if form == .exposure {
                let filter =
                    filterKind == .text ? ofSpan.withText(1) { HistoryTable.filter($0[...]) } : ofSpan.integer(1)
                key = filter.map { HistoryKey(time: ofSpan.double(0), filter: $0) }
            } else {
                key = HistoryKey(first: ofSpan.integer(0), second: ofSpan.integer(1))
            }
            guard let key else { continue }
            let withdrawn = ofSpan.isNull(4) ? 0 : ofSpan.double(4)
            known.add(
                key,
                HistoryRow(
                    isDetection: ofSpan.integer(2) != 0, isAfter: ofSpan.integer(3) != 0,
                    withdrawn: withdrawn > 0 ? withdrawn : nil))
        }
        return known
    }

    private static func key(of point: HistoryTable.Point, _ form: Form) -> HistoryKey {
        switch form {
        // A filter with a longer name has no number here; the table's own key then rejects a second row.
        case .exposure: HistoryKey(time: point.time, filter: point.filter ?? .min)
        case .id: HistoryKey(first: point.id ?? 0, second: 0)
        case .exposureAndId: HistoryKey(first: point.exposure, second: point.id ?? 0)
        }
    }

    private func run(
        _ point: HistoryTable.Point, of record: ArraySlice<UInt8>, _ body: UnsafeRawBufferPointer, isAfter: Bool,
        among known: inout KnownRows, _ values: Span<AvroScalar>
    ) throws(SQLiteError) -> Bool {
        if form == .id, point.id == nil { return false }
        let key = Self.key(of: point, form)
        var row = HistoryRow(
            isDetection: point.isDetection, isAfter: isAfter, withdrawn: table.withdrawn(in: record, values))
        if let other = known[key] {
            guard row.isBetter(than: other) else {
                // Whichever packet has it: what the survey has withdrawn stays withdrawn.
                if let time = row.withdrawn, other.withdrawn == nil {
                    try run(withdraw, on: point, key, values, in: body, setting: time)
                }
                return true
            }
            known[key] = nil
            row.withdrawn = row.withdrawn ?? other.withdrawn
            try run(delete, on: point, key, values, in: body)
        } else if hasLimits {
            if key.second == 0 {
                guard known[key.ofExposure] == nil else { return true }
            } else if known[key.ofLimit] != nil {
                known[key.ofLimit] = nil
                try run(delete, on: point, key.ofLimit, values, in: body)
            }
        }
        if hasLimits { known.add(key, row) }
        for column in 0..<columnCount { insert.bindPlain(column + 1, values[column], in: body) }
        for (column, domain) in checked {
            insert.bind(column + 1, values[column].inPlainColumn, checked: domain, in: record)
        }
        if let column = table.withdrawnColumn, let time = row.withdrawn { insert.bind(column + 1, time) }
        bindKey(point, to: insert, values)
        insert.bind(columnCount + 2, isAfter ? 1 : 0)
        do { try insert.run() } catch {
            guard error.isOfValues else { throw error }
            return false
        }
        return true
    }

    /// Runs a statement on one row, such as its deletion where a better one replaces it.
    private func run(
        _ statement: Statement?, on point: HistoryTable.Point, _ key: HistoryKey, _ values: Span<AvroScalar>,
        in body: UnsafeRawBufferPointer, setting number: Double? = nil
    ) throws(SQLiteError) {
        guard let statement else { return }
        if form == .exposure, let filter = table.filterColumn {
            statement.bind(1, point.time)
            statement.bindPlain(2, values[filter], in: body)
            if !values[filter].inPlainColumn.isPresent { bindNoFilter(to: statement, 2) }
        } else {
            statement.bind(1, key.first)
            if hasLimits { statement.bind(2, key.second) }
        }
        if let number { statement.bind(1 + table.keyNames.count, number) }
        try statement.run()
    }

    /// Key columns cannot be null: a missing band is the empty text, a missing filter number 0, and a limit's id 0.
    private func bindKey(_ point: HistoryTable.Point, to statement: Statement, _ values: Span<AvroScalar>) {
        if let column = table.filterColumn, !values[column].inPlainColumn.isPresent {
            bindNoFilter(to: statement, column + 1)
        }
        if let column = table.exposureColumn { statement.bind(column + 1, point.exposure) }
        if let column = table.idColumn { statement.bind(column + 1, point.id ?? 0) }
    }

    private func bindNoFilter(to statement: Statement, _ parameter: Int) {
        if filterKind == .text { statement.bind(parameter, "") } else { statement.bind(parameter, 0) }
    }
}

/// The rows of an object in a packet's time span.
private struct KnownRows {
    /// Whether an exposure may have several rows of the object.
    let hasLimits: Bool
    private var rows: [HistoryKey: HistoryRow] = [:]

    private let expected: Int

    init(hasLimits: Bool, expected: Int) { (self.hasLimits, self.expected) = (hasLimits, expected) }

    subscript(key: HistoryKey) -> HistoryRow? {
        get { rows.isEmpty ? nil : rows[key] }
        set { rows[key] = newValue }
    }

    mutating func add(_ key: HistoryKey, _ row: HistoryRow) {
        if rows.isEmpty { rows.reserveCapacity(hasLimits ? 2 * expected : expected) }
        rows[key] = row
        if hasLimits, key.second != 0 { rows[key.ofExposure] = row }
    }
}

/// The key of a row among those of one object.
struct HistoryKey: Hashable {
    let first: Int64
    let second: Int64

    init(first: Int64, second: Int64) { (self.first, self.second) = (first, second) }

    init(time: Double, filter: Int64) { self.init(first: Int64(bitPattern: time.bitPattern), second: filter) }

    /// The key of the limit of the same exposure.
    var ofLimit: HistoryKey { HistoryKey(first: first, second: 0) }
    /// The key that stands for any detection of the exposure.
    var ofExposure: HistoryKey { HistoryKey(first: first, second: .min) }
}

/// The properties by which a row replaces another.
struct HistoryRow {
    let isDetection: Bool
    let isAfter: Bool
    /// When the survey withdrew the point; `nil` where it stands.
    var withdrawn: Double?

    /// Whether it replaces another row of its key: a detection replaces a limit, and a point that is not later than its alert
    /// replaces one that is.
    func isBetter(than other: HistoryRow) -> Bool {
        isDetection != other.isDetection ? isDetection : other.isAfter && !isAfter
    }
}

extension Statement {
    /// Binds the value that a column allows, where it differs from the packet's, which is bound already.
    func bind(_ parameter: Int, _ value: AvroScalar, checked domain: AlertColumn.Domain, in record: ArraySlice<UInt8>) {
        switch domain.value(value, in: record) {
        case .asWritten: break
        case .none: bindNull(parameter)
        case .flag(let isSet): bind(parameter, isSet ? "t" : "f")
        }
    }

    /// Binds a number or a text from the record's bytes, without copying it, and a null for anything else.
    func bindPlain(_ parameter: Int, _ scalar: AvroScalar, in body: UnsafeRawBufferPointer) {
        switch scalar {
        case .bytes, .encoded: bindNull(parameter)
        default: bind(parameter, scalar, in: body)
        }
    }

    /// Binds a field from the record's bytes, without copying it.
    func bind(_ parameter: Int, _ scalar: AvroScalar, in body: UnsafeRawBufferPointer) {
        switch scalar {
        // A symbol without a text is of a union of several enums.
        case .absent, .null, .symbol: bindNull(parameter)
        case .boolean(let value): bind(parameter, value ? 1 : 0)
        case .long(let value): bind(parameter, value)
        case .float(let value): bind(parameter, Double(value))
        case .double(let value): bind(parameter, value)
        case .string(let offset, let count):
            bindText(
                parameter, borrowing: UnsafeRawBufferPointer(rebasing: body[Int(offset)..<Int(offset) + Int(count)]))
        case .bytes(let offset, let count), .encoded(let offset, let count):
            bindBlob(
                parameter, borrowing: UnsafeRawBufferPointer(rebasing: body[Int(offset)..<Int(offset) + Int(count)]))
        }
    }
}
