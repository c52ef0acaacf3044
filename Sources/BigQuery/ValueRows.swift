package import GoogleAuth
internal import Protobuf

/// Makes rows from lists of values, such as the fits of table `salt2`.
package struct ValueRows: Sendable {
    /// The rows' serialized `DescriptorProto`.
    package let descriptor: [UInt8]
    private let fields: [RowField]

    /// - Parameter columns: Columns of the table; no records and no lists.
    package init(columns: [TableColumn]) {
        precondition(
            columns.allSatisfy { $0.type != .record && $0.mode != .repeated }, "a row of values has no records")
        fields = columns.enumerated().map { RowField($1, number: $0 + 1) }
        descriptor = fields.descriptor
    }

    /// The row of one value for each column, in their order, serialized.
    ///
    /// - Throws: ``GoogleCloudError`` with code `invalidArgument` where a value has another type than its column.
    package func row(_ values: [ColumnValue]) throws(GoogleCloudError) -> [UInt8] {
        guard values.count == fields.count else {
            throw Self.refusal("row", "\(values.count) values for \(fields.count) columns")
        }
        var writer = ProtobufWriter()
        for (field, value) in zip(fields, values) where !field.append(value, to: &writer) {
            throw Self.refusal(field.name, "\(field.mode.rawValue) \(field.type.rawValue) does not accept \(value)")
        }
        return writer.bytes
    }

    private static func refusal(_ column: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(
            .invalidArgument, service: GoogleService.bigQuery.rawValue, resource: "column \(column)", detail: detail)
    }
}

extension RowField {
    /// Appends a value to a row.
    ///
    /// - Returns: Whether the column accepts it.
    func append(_ value: ColumnValue, to row: inout ProtobufWriter) -> Bool {
        switch (value, wire) {
        case (.null, _): return mode == .nullable
        case (.text(let text), .string): row.string(number, text)
        case (.integer(let value), .int64), (.integer(let value), .int32), (.timestamp(let value), .int64):
            row.int64(number, value)
        // One that is not finite becomes null where the column takes null.
        case (.real(let value), .double): if value.isFinite || mode != .nullable { row.double(number, value) }
        case (.boolean(let flag), .bool): row.bool(number, flag)
        case (.bytes(let bytes), .bytes): row.bytes(number, bytes)
        default: return false
        }
        return true
    }
}
