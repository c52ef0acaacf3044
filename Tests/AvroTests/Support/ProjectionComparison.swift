import Avro

/// Compares what a projection takes with the tree of the same body.
struct ProjectionComparison {
    let projection: Projection
    private let columns: [String]
    private let lists: [Projection.List]

    /// A projection of all that one can name: fields of the record, of records in it, and of rows of its arrays.
    init(schema: AvroSchema) throws(AvroError) {
        var columns: [String] = []
        var lists: [Projection.List] = []
        for field in schema.root.record?.fields ?? [] {
            columns.append(field.name)
            columns += (field.type.record?.fields ?? []).map { field.name + "." + $0.name }
            if case .array(let item) = (field.type.nullable?.value ?? field.type).kind, let row = item.record {
                lists.append(Projection.List(path: field.name, columns: row.fields.map(\.name)))
            }
        }
        columns.append("noSuchField.at.all")
        var seen: Set<String> = []  // WINTER packets have a field twice
        columns.removeAll { !seen.insert($0).inserted }
        self.columns = columns
        self.lists = lists
        projection = try Projection(schema: schema, columns: columns, lists: lists, spans: columns)
    }

    /// Columns and rows that differ, as texts; none where all is well.
    func differences(_ record: ProjectedRecord, _ value: AvroValue, body: ArraySlice<UInt8>) -> [String] {
        var found: [String] = []
        for (index, path) in columns.enumerated() {
            let expected = Self.find(path, in: value)
            let span = record.spans[index]
            if expected == nil && !span.isEmpty { found.append("span of " + path) }
            if let expected, span.isEmpty && !Self.isEmpty(expected) { found.append("no span of " + path) }
            if !Self.agree(record.columns[index], expected, body) { found.append(path) }
        }
        for (index, list) in lists.enumerated() {
            let projected = record.lists[index]
            guard case .array(let rows)? = Self.find(list.path, in: value) else {
                if projected.count != 0 || projected.presence == .present { found.append(list.path) }
                continue
            }
            if projected.count != rows.count || projected.values.count != rows.count * list.columns.count {
                found.append("rows of " + list.path)
                continue
            }
            for (row, value) in rows.enumerated() {
                for (column, path) in list.columns.enumerated()
                where !Self.agree(projected[row, column], Self.find(path, in: value), body) {
                    found.append("\(list.path)[\(row)].\(path)")
                }
            }
        }
        return found
    }

    private static func find(_ path: String, in value: AvroValue) -> AvroValue? {
        guard path.contains(".") else { return value[path] }
        return path.split(separator: ".").reduce(value) { (value: AvroValue?, name) in value?[String(name)] }
    }

    /// Whether a value that is in no union takes no bytes.
    private static func isEmpty(_ value: AvroValue?) -> Bool {
        switch value {
        case nil: true
        case .fixed(let bytes)?: bytes.isEmpty
        case .record(let record)?: record.values.allSatisfy { isEmpty($0) }
        default: false
        }
    }

    private static func agree(_ scalar: AvroScalar, _ value: AvroValue?, _ body: ArraySlice<UInt8>) -> Bool {
        switch (scalar, value) {
        case (.absent, nil), (.null, .null?): true
        case (.boolean(let left), .boolean(let right)?): left == right
        case (.long(let left), .int(let right)?), (.long(let left), .long(let right)?): left == right
        case (.float(let left), .float(let right)?): left.bitPattern == right.bitPattern
        case (.double(let left), .double(let right)?): left.bitPattern == right.bitPattern
        case (.string, .string(let right)?): scalar.string(in: body) == right
        case (.bytes, .bytes(let right)?), (.bytes, .fixed(let right)?):
            scalar.slice(of: body)?.indices == right.indices  // both are slices of the body
        case (.symbol, .symbol?): true
        case (.encoded(_, let count), .array?), (.encoded(_, let count), .map?): count > 0
        case (.encoded(_, let count), .record?): isEmpty(value) == (count == 0)
        default: false
        }
    }
}
