/// Reads the wanted fields of bodies of one writer schema, by a compiled, flat program.
///
/// A path is dotted (`candidate.magpsf`) and passes through nullable unions. A field that the schema lacks is `.absent`,
/// and so is one in a record that is null; a field that is null is `.null`. Of two fields with one name in a record the
/// first is read.
package struct Projection: Sendable {
    /// The wanted columns of an array of records.
    package struct List: Hashable, Sendable {
        /// The array's path in the record.
        package let path: String
        /// The paths of the columns in a row.
        package let columns: [String]

        /// The wanted columns of an array.
        package init(path: String, columns: [String]) {
            self.path = path
            self.columns = columns
        }
    }

    /// The writer's schema.
    package let schema: AvroSchema
    private let program: ProjectionProgram
    /// Bytes of its memory without the schema.
    package var bytesInMemory: Int { program.bytesInMemory }

    /// - Parameters:
    ///   - schema: The writer's schema.
    ///   - columns: Paths from the record.
    ///   - lists: Arrays of records, which may be nullable, and paths from their items.
    ///   - spans: Paths of fields whose encoded bytes are wanted, including the branch of a union.
    /// - Throws: ``AvroError`` where a list's path is not an array, or is wanted twice.
    package init(
        schema: AvroSchema, columns: [String], lists: [List] = [], spans: [String] = []
    ) throws(AvroError) {
        self.schema = schema
        var compiler = ProjectionCompiler()
        program = try compiler.compile(schema.root, columns: columns, lists: lists, spans: spans)
    }

    /// Reads the wanted values of a body in one pass.
    ///
    /// - Throws: ``AvroError`` with the field and the byte where the body does not follow the schema, or does not end
    ///   with the record.
    package func decode(_ body: ArraySlice<UInt8>, into record: inout ProjectedRecord) throws(AvroError) {
        let length = try decodePrefix(body, into: &record)
        guard length == body.count else {
            throw AvroError(.trailingBytes, offset: length, detail: "\(body.count - length) bytes after the record")
        }
    }

    /// Reads the wanted values of a record that others may follow in a block.
    ///
    /// - Returns: The length of the record, bytes.
    package func decodePrefix(
        _ body: ArraySlice<UInt8>, into record: inout ProjectedRecord
    ) throws(AvroError) -> Int {
        record.reset(
            columns: program.columnCount, lists: program.widths.count, spans: program.spanCount,
            widths: program.widths)
        guard body.count <= AvroLimits.bodyBytes else {
            throw AvroError(.bodyTooLarge, detail: "\(body.count) bytes")
        }
        let length = body.withUnsafeBufferPointer { bytes in walk(bytes, into: &record) }
        guard let length else { throw fault(in: body) }
        return length
    }

    /// The length of a record that ``decodePrefix(_:into:)`` has refused, if its end can be found: it has a value that its type
    /// does not allow, or more rows than a projection reads.
    package func length(of body: ArraySlice<UInt8>) -> Int? {
        try? ValueSkipper.skip(schema.root, in: body, checkingValues: false)
    }

    private func walk(_ bytes: UnsafeBufferPointer<UInt8>, into record: inout ProjectedRecord) -> Int? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { nothing in
            guard let start = bytes.baseAddress.map({ BytePointer($0) }) ?? BytePointer(nothing.baseAddress) else {
                return nil
            }
            return record.columns.withUnsafeMutableBufferPointer { columns in
                record.lists.withUnsafeMutableBufferPointer { lists in
                    record.spans.withUnsafeMutableBufferPointer { spans in
                        var walk = ProjectionWalk(
                            start: start, count: bytes.count, program: program, lists: lists.baseAddress,
                            spans: spans.baseAddress)
                        return walk.record(into: columns.baseAddress)
                    }
                }
            }
        }
    }

    /// Finds the reason of an error that the fast walk has detected, by a second walk, field by field.
    private func fault(in body: ArraySlice<UInt8>) -> AvroError {
        for checkingValues in [false, true] {
            do throws(AvroError) {
                _ = try ValueSkipper.skip(schema.root, in: body, checkingValues: checkingValues)
            } catch { return error }
        }
        return AvroError(.tooManyItems, detail: "the record asks for more than a projection may hold")
    }
}
