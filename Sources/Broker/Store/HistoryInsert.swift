internal import Alerts
internal import Avro
internal import SQLite

/// The statements that fill a history table.
struct HistoryInsert {
    /// The alert whose packet is read.
    struct Teller {
        let id: Int64
        /// In the survey's own scale, days.
        let time: Double
    }

    let table: HistoryTable
    private let insert: Statement
    /// What the table has of an object's exposure; only where an exposure may have several rows.
    private let ofExposure: Statement?
    private let deleteLimit: Statement?
    /// Columns whose value may be another than the packet's.
    private let checked: [Int]
    /// A point may be later than its alert by as many days: times of one exposure are rounded differently.
    private static let second = 1.0 / 86_400

    init(_ table: HistoryTable, of tables: SurveyTables, database: Database) throws(SQLiteError) {
        self.table = table
        checked = table.columns.indices.filter { table.columns[$0].domain != .any }
        let provenance = HistoryDefinition.provenance(tables)
        let names = table.columns.map { sqlName($0.name) } + provenance
        let marks = Array(repeating: "?", count: names.count + 1).joined(separator: ", ")
        let values = "INTO \(table.name) (objectId, \(names.joined(separator: ", "))) VALUES (\(marks))"
        guard case .exposureAndId(_, let exposure, let id, let brightness) = table.key else {
            // What an alert tells of a time after it gives way to what another tells.
            let changes = names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            insert = try database.prepare(
                """
                INSERT \(values) ON CONFLICT (objectId, \(table.keyNames.joined(separator: ", ")))
                DO UPDATE SET \(changes) WHERE \(table.name).after_alert AND NOT excluded.after_alert
                """)
            (ofExposure, deleteLimit) = (nil, nil)
            return
        }
        let isOfExposure = "FROM \(table.name) WHERE objectId = ? AND \(exposure) = ?"
        insert = try database.prepare("INSERT OR REPLACE \(values)")
        ofExposure = try database.prepare("SELECT \(id), \(brightness) IS NOT NULL, after_alert \(isOfExposure)")
        deleteLimit = try database.prepare("DELETE \(isOfExposure) AND \(id) = 0")
    }

    /// Each statement whose first parameter is the object.
    var ofObject: [Statement] { [insert, ofExposure, deleteLimit].compactMap { $0 } }

    /// Inserts one row, whose object is bound already; a row without a time is no point, and is left out.
    ///
    /// - Parameters:
    ///   - record: The record's bytes.
    ///   - body: The same.
    ///   - teller: The alert.
    ///   - isOwn: Whether the row is the alert's own detection.
    ///   - value: The point's value of a column.
    /// - Returns: `false` for a row that the table cannot hold.
    /// - Throws: ``SQLiteError`` where the fault is the database's own.
    func run(
        of record: ArraySlice<UInt8>, _ body: UnsafeRawBufferPointer, by teller: Teller, isOwn: Bool = false,
        _ value: (Int) -> AvroScalar
    ) throws(SQLiteError) -> Bool {
        guard let point = table.point(in: record, value) else { return true }
        // The alert's id is the one that its row has, whatever its detection says.
        let id = isOwn ? teller.id : point.id
        if case .id = table.key, id == nil { return false }
        let isAfter = point.time > teller.time + Self.second
        if let ofExposure, let deleteLimit {
            switch try place(of: point, id: id, isAfter: isAfter, ofExposure) {
            case .taken: return true
            case .free: break
            case .ofLimit:
                deleteLimit.bind(1, point.exposure)
                try deleteLimit.run()
            }
        }
        for column in table.columns.indices { insert.bind(column + 1, value(column), in: body) }
        for column in checked { bind(value(column), of: column, in: record) }
        bindKey(point, id: id, value)
        insert.bind(table.columns.count + 1, teller.id)
        insert.bind(table.columns.count + 2, isAfter ? 1 : 0)
        do { try insert.run() } catch {
            guard error.isOfValues else { throw error }
            return false
        }
        return true
    }

    private enum Place { case free, ofLimit, taken }

    /// Looks at what the table has of the point's exposure.
    private func place(
        of point: HistoryTable.Point, id: Int64?, isAfter: Bool, _ ofExposure: Statement
    ) throws(SQLiteError) -> Place {
        var place = Place.free
        ofExposure.bind(1, point.exposure)
        while try ofExposure.step() {
            let (other, isDetection, wasAfter) =
                (ofExposure.integer(0), ofExposure.integer(1) != 0, ofExposure.integer(2) != 0)
            if other == id ?? 0 {
                let isBetter = id == nil && isDetection != point.isDetection ? point.isDetection : wasAfter && !isAfter
                if !isBetter { place = .taken }
            } else if other == 0 {
                place = .ofLimit
            } else if id == nil {
                place = .taken
            } else {
                continue
            }
            if place == .taken { break }
        }
        ofExposure.reset()
        return place
    }

    /// Key columns take no null: an unnamed band is the empty one, an unnumbered filter 0, and a limit's id 0.
    private func bindKey(_ point: HistoryTable.Point, id: Int64?, _ value: (Int) -> AvroScalar) {
        if let column = table.filterColumn, !value(column).isPresent {
            if table.columns[column].kind == .text {
                insert.bind(column + 1, "")
            } else {
                insert.bind(column + 1, 0)
            }
        }
        if let column = table.exposureColumn { insert.bind(column + 1, point.exposure) }
        if let column = table.idColumn { insert.bind(column + 1, id ?? 0) }
    }

    private func bind(_ value: AvroScalar, of column: Int, in record: ArraySlice<UInt8>) {
        switch table.columns[column].domain.value(value, in: record) {
        case .asWritten: break
        case .none: insert.bindNull(column + 1)
        case .flag(let isSet): insert.bind(column + 1, isSet ? "t" : "f")
        }
    }
}

extension Statement {
    /// Binds a field where it lies in the record's body, without copying it.
    func bind(_ parameter: Int, _ scalar: AvroScalar, in body: UnsafeRawBufferPointer) {
        switch scalar {
        // A symbol that has no text is one of several enums of a union.
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
