internal import Alerts
internal import Avro

/// The columns that an Avro record makes, by rule, and how its values go into a row.
///
/// | Avro | BigQuery |
/// |---|---|
/// | record | RECORD |
/// | array, and a union of null and an array | REPEATED; null is an empty list, null items are left out |
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
struct AvroColumns {
    /// Records in records, BigQuery's bound.
    private static let deepest = 15
    /// Columns with those of records, BigQuery's bound.
    private static let most = 10_000

    /// The columns of the row.
    private(set) var fields: [RowField] = []
    /// What becomes of each field of the record.
    private(set) var plans: [ProtobufPlan] = []
    private var count = 0

    /// Columns nested and repeated as the fields are.
    ///
    /// - Parameters:
    ///   - record: The writer's schema.
    ///   - leftOut: Fields of the record that make no column: the images.
    /// - Throws: ``GoogleCloudError`` with code `invalidArgument`.
    init(nested record: AvroRecord, leaving leftOut: [String]) throws(GoogleCloudError) {
        for field in record.fields {
            guard !leftOut.contains(field.name) else {
                plans.append(.leftOut)
                continue
            }
            plans.append(try Self.add(field, to: &fields, count: &count, path: "", depth: 1))
        }
        try Self.check(fields, path: "")
    }

    /// One flat row: the record's plain fields, then those of one record in it but for names already there, then the
    /// ids of a history, joined.
    init(flat record: AvroRecord, _ shape: FlatShape) throws(GoogleCloudError) {
        plans = Array(repeating: .leftOut, count: record.fields.count)
        for (index, field) in record.fields.enumerated() where Self.isPlain(field.type) {
            plans[index] = try Self.add(field, to: &fields, count: &count, path: "", depth: 1)
        }
        if let index = record.index(of: shape.record), let inner = record.fields[index].type.record {
            let isNullable = record.fields[index].type.nullable != nil
            let taken = Set(fields.map { $0.name.lowercased() })
            let first = fields.count
            var merged: [ProtobufPlan] = []
            for field in inner.fields {
                let isNew = !taken.contains(FieldNames.valid(field.uniqueName).lowercased())
                guard isNew, Self.isPlain(field.type) else {
                    merged.append(.leftOut)
                    continue
                }
                merged.append(try Self.add(field, to: &fields, count: &count, path: shape.record, depth: 1))
            }
            plans[index] = .merged(merged)
            if isNullable {
                for place in first..<fields.count { fields[place].mode = .nullable }
            }
        }
        if let index = record.index(of: shape.history), Self.isListOfRecords(record.fields[index].type) {
            let description = "\(shape.id) of \(shape.history), joined by commas"
            let column = TableColumn(shape.joined, .string, description: description)
            fields.append(RowField(column, number: fields.count + 1))
            plans[index] = .joined(fields.count, field: shape.id)
        }
        try Self.check(fields, path: "")
    }

    /// Adds columns whose values do not come from the record.
    mutating func append(_ columns: [TableColumn]) throws(GoogleCloudError) {
        for column in columns { fields.append(RowField(column, number: fields.count + 1)) }
        try Self.check(fields, path: "")
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

    // MARK: - The rule

    /// Adds a field's column where it makes one.
    private static func add(
        _ field: AvroField, to fields: inout [RowField], count: inout Int, path: String, depth: Int
    ) throws(GoogleCloudError) -> ProtobufPlan {
        try add(
            field.uniqueName, field.type, field.doc, to: &fields, count: &count,
            path: path.isEmpty ? field.name : "\(path).\(field.name)", depth: depth)
    }

    private static func add(
        _ name: String, _ type: AvroType, _ doc: String?, to fields: inout [RowField], count: inout Int, path: String,
        depth: Int
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
            for field in record.fields {
                plans.append(try add(field, to: &nested, count: &count, path: path, depth: depth + 1))
            }
            guard !nested.isEmpty else { return .leftOut }
            plan = .message(number, plans)
        case .map(let value):
            guard mode != .repeated else { throw refusal(path, "a map in an array") }
            mode = .repeated
            nested = [RowField(TableColumn("key", .string, .required), number: 1)]
            let values = try add(
                "value", value, nil, to: &nested, count: &count, path: path + ".value", depth: depth + 1)
            plan = .entries(number, values)
        default: break
        }
        try check(nested, path: path)
        guard let (column, wire) = try column(inner, path: path) else { return .leftOut }
        count += 1
        guard count <= most else { throw refusal(path, "more than \(most) columns") }
        fields.append(
            RowField(
                number: number, name: FieldNames.valid(name), type: column, mode: mode,
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
        case .union: throw refusal(path, "a union of other than null and one type")
        }
    }

    /// BigQuery's names are blind to case.
    private static func check(_ fields: [RowField], path: String) throws(GoogleCloudError) {
        var seen: Set<String> = []
        for field in fields where !seen.insert(field.name.lowercased()).inserted {
            throw refusal(path.isEmpty ? field.name : "\(path).\(field.name)", "a second column of that name")
        }
    }

    private static func refusal(_ path: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(
            .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: "field \(path)",
            detail: "BigQuery has no column for it: \(detail)")
    }
}
