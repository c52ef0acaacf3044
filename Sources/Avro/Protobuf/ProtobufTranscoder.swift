/// Writes the records of one Avro schema as protobuf messages, by a compiled program, in one pass over each record's bytes.
/// Fields that are left out are skipped, not copied.
///
/// | Avro | protobuf |
/// |---|---|
/// | boolean | bool |
/// | int, long | int64; a `timestamp-millis` becomes microseconds |
/// | float, double | the same; one that is not finite is dropped where the field is nullable, else kept |
/// | string, enum | string |
/// | bytes, fixed | bytes |
/// | record | message |
/// | array | a repeated field without null items |
/// | map | a repeated message of key and value |
/// | null of a union | the field is not written |
package struct ProtobufTranscoder: Sendable {
    /// Bytes of the longest message; BigQuery accepts rows of 10 MB.
    package static let longest = 16 << 20

    /// The writer's schema.
    package let schema: AvroSchema
    private let program: TranscodingProgram

    /// - Parameters:
    ///   - schema: The writer's schema, a record.
    ///   - plans: The plan of each of its fields, in their order.
    /// - Throws: ``AvroError`` with a field whose type does not match its plan.
    package init(schema: AvroSchema, plans: [ProtobufPlan]) throws(AvroError) {
        self.schema = schema
        var compiler = TranscodingCompiler()
        program = try compiler.compile(schema.root, plans)
    }

    /// Appends a record's message.
    ///
    /// - Throws: ``AvroError`` with the field and the byte where the body does not follow the schema, or does not end
    ///   with the record; ``AvroError/Code/bodyTooLarge`` for a message over ``longest``.
    package func transcode(_ body: ArraySlice<UInt8>, into message: inout [UInt8]) throws(AvroError) {
        guard body.count <= AvroLimits.bodyBytes else {
            throw AvroError(.bodyTooLarge, detail: "\(body.count) bytes")
        }
        // A capacity for nearly all alerts; a longer history needs a second pass.
        var capacity = 1 << 16
        while true {
            switch walk(body, capacity: capacity, into: &message) {
            case .done: return
            case .fault: throw fault(in: body)
            case .trailing(let length):
                throw AvroError(
                    .trailingBytes, offset: length, detail: "\(body.count - length) bytes after the record")
            case .full:
                guard capacity < Self.longest else {
                    throw AvroError(.bodyTooLarge, detail: "the message is longer than \(Self.longest) bytes")
                }
                capacity *= 4
            }
        }
    }

    private enum Outcome { case done, fault, full, trailing(Int) }

    private func walk(_ body: ArraySlice<UInt8>, capacity: Int, into message: inout [UInt8]) -> Outcome {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { room in
            body.withUnsafeBufferPointer { bytes in
                guard let output = room.baseAddress else { return .full }
                let start = bytes.baseAddress.map { BytePointer($0) } ?? BytePointer(output)  // no bytes: none are read
                let end = start + bytes.count
                var walk = TranscodingWalk(end: end, program: program, output: output, capacity: capacity)
                guard let after = walk.record(at: start) else { return walk.isFull ? .full : .fault }
                guard after == end else { return .trailing(after - start) }
                message.append(contentsOf: UnsafeBufferPointer(start: output, count: walk.written))
                return .done
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
        return AvroError(.nestedTooDeep, detail: "the record asks for more than a message may hold")
    }
}
