internal import Protobuf

/// A request that appends rows (google.cloud.bigquery.storage.v1, `AppendRowsRequest`).
struct AppendRowsRequest {
    var stream: String
    /// The offset of the first row in the stream.
    var offset: Int64
    /// The rows' `DescriptorProto`; only a connection's first request has it.
    var descriptor: [UInt8]?
    var rows: [[UInt8]]

    /// Bytes of overhead at most, of a row and of a request.
    static let rowOverhead = 6
    static let overhead = 1_024

    var serialized: [UInt8] {
        let size = rows.reduce(Self.overhead + (descriptor?.count ?? 0)) { $0 + $1.count + Self.rowOverhead }
        var writer = ProtobufWriter(capacity: size)
        writer.string(1, stream)
        writer.message(2) { $0.int64(1, offset) }
        writer.message(4) { data in
            if let descriptor {
                data.message(1) { $0.bytes(1, descriptor) }
            }
            data.message(2) { list in
                for row in rows { list.bytes(1, row) }
            }
        }
        return writer.bytes
    }
}

/// The response to a request to append (`AppendRowsResponse`).
struct AppendRowsResponse: ProtobufMessage {
    struct RowError {
        var index = 0
        var message = ""
    }

    /// A `google.rpc.Code`; 0 where the rows are in the table.
    var code: Int32 = 0
    var message = ""
    /// A `StorageErrorCode`; 0 where none was given.
    var storageCode: Int32 = 0
    /// The invalid rows, because of which none of the request's rows were appended.
    var rowErrors: [RowError] = []

    static let schemaMismatch: Int32 = 7  // SCHEMA_MISMATCH_EXTRA_FIELDS

    init(_ reader: inout ProtobufReader) throws(ProtobufError) {
        while let (field, _) = try reader.next() {
            switch field {
            case 2: try readStatus(reader.nested())
            case 4:
                var inner = try reader.nested()
                var error = RowError()
                while let (field, _) = try inner.next() {
                    switch field {
                    case 1: error.index = Int(try inner.int64())
                    case 3: error.message = try inner.string()
                    default: try inner.skip()
                    }
                }
                rowErrors.append(error)
            default: try reader.skip()
            }
        }
    }

    private mutating func readStatus(_ status: ProtobufReader) throws(ProtobufError) {
        var status = status
        while let (field, _) = try status.next() {
            switch field {
            case 1: code = try status.int32()
            case 2: message = try status.string()
            case 3: try readDetail(status.nested())
            default: try status.skip()
            }
        }
    }

    /// A `google.protobuf.Any`, which may hold a `StorageError`.
    private mutating func readDetail(_ detail: ProtobufReader) throws(ProtobufError) {
        var detail = detail
        var type = ""
        var value = ProtobufReader([])
        while let (field, _) = try detail.next() {
            switch field {
            case 1: type = try detail.string()
            case 2: value = try detail.nested()
            default: try detail.skip()
            }
        }
        guard type.hasSuffix("google.cloud.bigquery.storage.v1.StorageError") else { return }
        while let (field, _) = try value.next() {
            if field == 1 { storageCode = try value.int32() } else { try value.skip() }
        }
    }

    func write(to writer: inout ProtobufWriter) {
        guard code != 0 else { return writer.message(1) { _ in } }
        writer.message(2) { status in
            status.int32(1, code)
            status.string(2, message)
        }
    }
}

/// A message with a stream's name in field 1, as requests and responses about streams have it.
struct StreamReference: ProtobufMessage {
    var name = ""

    init(name: String) { self.name = name }

    init(_ reader: inout ProtobufReader) throws(ProtobufError) {
        while let (field, _) = try reader.next() {
            if field == 1 { name = try reader.string() } else { try reader.skip() }
        }
    }

    func write(to writer: inout ProtobufWriter) { writer.string(1, name.ifSet) }
}

/// The number of rows of a finalized stream (`FinalizeWriteStreamResponse`).
struct RowCount: ProtobufMessage {
    var rows: Int64 = 0

    init(_ reader: inout ProtobufReader) throws(ProtobufError) {
        while let (field, _) = try reader.next() {
            if field == 1 { rows = try reader.int64() } else { try reader.skip() }
        }
    }

    func write(to writer: inout ProtobufWriter) { writer.int64(1, rows.ifSet) }
}
