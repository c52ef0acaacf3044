internal import GoogleAuth
internal import Avro

/// The columns of an Avro record by fixed rules, and how its values are written to a row.
///
/// | Avro | BigQuery |
/// |---|---|
/// | record | RECORD |
/// | array, and a union of null and an array | REPEATED; null is an empty list, null items are dropped |
/// | union of null and another type | NULLABLE |
/// | any other | REQUIRED |
/// | int, long | INTEGER; TIMESTAMP for `timestamp-millis` and `timestamp-micros`, DATE for `date` |
/// | float, double | FLOAT |
/// | string, enum | STRING |
/// | boolean | BOOLEAN |
/// | bytes, fixed | BYTES |
/// | null, a record without fields | no column |
/// | map | a REPEATED RECORD of `key` and `value`, as BigQuery loads Avro files |
/// | other unions, an array in an array, a record in itself | an error that names the field |
/// | a name that another column has, compared without case | the name with the suffix `_2` (``ColumnNames``) |
/// | a name of more than 128 bytes, or one that BigQuery reserves; columns beyond 10,000 | no column |
struct AvroColumns {
    /// BigQuery's bound on the nesting of records.
    private static let deepest = 15
    /// BigQuery's bound on columns, those of records included.
    private static let most = 10_000

    /// The columns of the row.
    private(set) var fields: [RowField] = []
    /// How each field of the record is written.
    private(set) var plans: [ProtobufPlan] = []
    private var count = 0

    /// Columns nested and repeated like the fields.
    ///
    /// - Parameters:
    ///   - record: The writer's schema.
    ///   - leftOut: Fields of the record without a column: the images.
    ///   - keys: Fields that keep their names.
    ///   - added: Columns after the record's, whose values do not come from it.
    /// - Throws: ``GoogleCloudError`` with code `invalidArgument`.
    init(
        nested record: AvroRecord, leaving leftOut: [String], keys: [String], adding added: [TableColumn]
    ) throws(GoogleCloudError) {
        count = added.count
        var names = RowNames([record], keys: keys, added: added)
        for field in record.fields {
            guard !leftOut.contains(field.name) else {
                plans.append(.leftOut)
                continue
            }
            plans.append(try Self.add(field, to: &fields, &names, count: &count, path: "", depth: 1))
        }
        append(added)
    }

    /// The columns of a flat row: the record's plain fields, then those of one record in it with other names, then the
    /// joined ids of a history.
    init(
        flat record: AvroRecord, _ shape: FlatRow, keys: [String], adding added: [TableColumn]
    ) throws(GoogleCloudError) {
        let joined = TableColumn(
            shape.joined, .string, description: "\(shape.id) of \(shape.history), joined by commas")
        count = 1 + added.count
        let index = record.index(of: shape.record)
        let inner = index.flatMap { record.fields[$0].type.record }
        var names = RowNames([record] + (inner.map { [$0] } ?? []), keys: keys, added: [joined] + added)
        plans = Array(repeating: .leftOut, count: record.fields.count)
        for (index, field) in record.fields.enumerated() where Self.isPlain(field.type) {
            plans[index] = try Self.add(field, to: &fields, &names, count: &count, path: "", depth: 1)
        }
        if let index, let inner {
            let outerNames = Set(fields.map { $0.name.lowercased() })
            let first = fields.count
            var merged: [ProtobufPlan] = []
            for field in inner.fields {
                let isNew = !outerNames.contains(FieldNames.valid(field.uniqueName).lowercased())
                guard isNew, Self.isPlain(field.type) else {
                    merged.append(.leftOut)
                    continue
                }
                merged.append(
                    try Self.add(field, to: &fields, &names, count: &count, path: shape.record, depth: 1))
            }
            plans[index] = .merged(merged)
            if record.fields[index].type.nullable != nil {
                for index in first..<fields.count { fields[index].mode = .nullable }
            }
        }
        let history = record.index(of: shape.history)
        if let history, Self.isListOfRecords(record.fields[history].type) {
            fields.append(RowField(joined, number: fields.count + 1))
            plans[history] = .joined(fields.count, field: shape.id)
        }
        append(added)
    }

    /// Adds columns whose values do not come from the record.
    private mutating func append(_ columns: [TableColumn]) {
        for column in columns { fields.append(RowField(column, number: fields.count + 1)) }
    }

    /// Two packets that Fink rewrote have their history as text.
    private static func isListOfRecords(_ type: AvroType) -> Bool {
        guard case .array(let item) = (type.nullable?.value ?? type).kind else { return false }
        return item.record != nil
    }

    private static func isPlain(_ type: AvroType) -> Bool {
        switch (type.nullable?.value ?? type).kind {
        case .array, .record, .map, .union: false
        default: true
        }
    }

    // MARK: - The rules

    /// Adds a field's column, if it has one.
    private static func add(
        _ field: AvroField, to fields: inout [RowField], _ names: inout RowNames, count: inout Int, path: String,
        depth: Int
    ) throws(GoogleCloudError) -> ProtobufPlan {
        guard let name = names.name(for: field.uniqueName) else { return .leftOut }
        return try add(
            name, field.type, field.doc, to: &fields, keys: names.keys, count: &count,
            path: path.isEmpty ? field.name : "\(path).\(field.name)", depth: depth)
    }

    private static func add(
        _ name: String, _ type: AvroType, _ doc: String?, to fields: inout [RowField], keys: [String],
        count: inout Int, path: String, depth: Int
    ) throws(GoogleCloudError) -> ProtobufPlan {
        guard depth <= deepest else { throw refusal(path, "records nested deeper than \(deepest)") }
        var mode = type.nullable == nil ? ColumnMode.required : .nullable
        var inner = type.nullable?.value ?? type
        if case .array(let item) = inner.kind {
            inner = item.nullable?.value ?? item
            mode = .repeated
        }
        let number = fields.count + 1
        var nested: [RowField] = []
        var plan = ProtobufPlan.field(number)
        switch inner.kind {
        case .record(let record):
            var plans: [ProtobufPlan] = []
            var names = RowNames([record], keys: keys, added: [])
            for field in record.fields {
                plans.append(try add(field, to: &nested, &names, count: &count, path: path, depth: depth + 1))
            }
            guard !nested.isEmpty else { return .leftOut }
            plan = .message(number, plans)
        case .map(let value):
            guard mode != .repeated else { throw refusal(path, "a map in an array") }
            mode = .repeated
            nested = [RowField(TableColumn("key", .string, .required), number: 1)]
            let values = try add(
                "value", value, nil, to: &nested, keys: keys, count: &count, path: path + ".value", depth: depth + 1)
            plan = .entries(number, values)
        default: break
        }
        guard count < most, let (column, wire) = try column(inner, path: path) else { return .leftOut }
        count += 1
        fields.append(
            RowField(
                number: number, name: name, type: column, mode: mode,
                description: doc ?? inner.record?.doc ?? "", wire: wire, fields: nested))
        return plan
    }

    private static func column(
        _ type: AvroType, path: String
    ) throws(GoogleCloudError) -> (type: ColumnType, wire: RowField.Wire)? {
        switch type.kind {
        case .null: nil
        case .boolean: (.boolean, .bool)
        case .int: type.logicalType?.name == "date" ? (.date, .int64) : (.integer, .int64)
        case .long:
            switch type.logicalType?.name {
            case "timestamp-millis", "timestamp-micros": (.timestamp, .int64)
            default: (.integer, .int64)
            }
        case .float: (.float, .float)
        case .double: (.float, .double)
        case .string, .enumeration: (.string, .string)
        case .bytes, .fixed: (.bytes, .bytes)
        case .record, .map: (.record, .message)
        case .array: throw refusal(path, "an array in an array")
        case .union: throw refusal(path, "a union of several types")
        }
    }

    private static func refusal(_ path: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(
            .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: "field \(path)",
            detail: "BigQuery has no column for it: \(detail)")
    }
}

/// Names for the columns of one row, or of one record in it.
private struct RowNames {
    /// Prefixes that BigQuery reserves.
    private static let reserved = [
        "_table_", "_file_", "_partition", "_row_timestamp", "__root__", "_colidentifier", "_change_",
    ]

    /// Keys of tables: such a field keeps its name even if an earlier one has it too.
    let keys: [String]
    private let own: [String]
    private var names: ColumnNames

    /// - Parameters:
    ///   - records: The records whose fields make the row.
    ///   - keys: Fields that keep their names.
    ///   - added: Columns whose names fields must not have.
    init(_ records: [AvroRecord], keys: [String], added: [TableColumn]) {
        self.keys = keys
        let reserved = added.map(\.name)
        own = keys.filter { key in !reserved.contains(key) && records.contains { $0.index(of: key) != nil } }
        names = ColumnNames(reserving: reserved + own)
    }

    /// - Returns: `nil` for a field that has no column.
    mutating func name(for field: String) -> String? {
        if own.contains(field) { return field }
        guard let name = names.name(for: field) else { return nil }
        return Self.reserved.contains { name.lowercased().hasPrefix($0) } ? nil : name
    }
}
