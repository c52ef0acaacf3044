internal import Protobuf

/// A column with the protobuf type of its values: a field of the descriptor that a writer sends to BigQuery.
///
/// BigQuery matches fields to columns by name, so a row may lack columns of its table, and field numbers are the writer's own.
struct RowField: Hashable, Sendable {
    /// The used types of google/protobuf/descriptor.proto, by their numbers there.
    enum Wire: Int32 {
        case double = 1
        case float = 2
        case int64 = 3
        case int32 = 5
        case bool = 8
        case string = 9
        case message = 11
        case bytes = 12
    }

    let number: Int
    let name: String
    let type: ColumnType
    var mode: ColumnMode
    let description: String
    let wire: Wire
    /// The fields of a record.
    var fields: [RowField] = []

    var column: TableColumn {
        TableColumn(name, type, mode, description: description, columns: fields.map(\.column))
    }
}

extension RowField {
    /// A column whose values do not come from Avro.
    init(_ column: TableColumn, number: Int) {
        self.number = number
        name = column.name
        type = column.type
        mode = column.mode
        description = column.description
        wire =
            switch column.type {
            case .float: .double
            case .integer, .timestamp: .int64
            case .date: .int32
            case .boolean: .bool
            case .bytes: .bytes
            default: .string
            }
    }
}

extension [RowField] {
    /// The serialized, self-contained `DescriptorProto` of a row: each record is a nested type.
    var descriptor: [UInt8] {
        var writer = ProtobufWriter()
        write(to: &writer, name: "Row")
        return writer.bytes
    }

    private func write(to writer: inout ProtobufWriter, name: String) {
        writer.string(1, name)
        for field in self { writer.message(2) { field.write(to: &$0, typeName: typeName(field)) } }
        for field in self where field.wire == .message {
            writer.message(3) { field.fields.write(to: &$0, name: typeName(field)) }
        }
    }

    /// The name of a record's type, which differs from all columns: fields and types share a namespace.
    private func typeName(_ field: RowField) -> String {
        var name = "Record\(field.number)"
        while contains(where: { $0.name == name }) { name += "_" }
        return name
    }
}

extension RowField {
    /// Writes the field as a `FieldDescriptorProto`.
    fileprivate func write(to writer: inout ProtobufWriter, typeName: String) {
        writer.string(1, name)
        writer.int32(3, Int32(truncatingIfNeeded: number))
        let label: Int32 =
            switch mode {
            case .nullable: 1
            case .required: 2
            case .repeated: 3
            }
        writer.int32(4, label)
        writer.int32(5, wire.rawValue)
        if wire == .message { writer.string(6, typeName) }
    }
}
