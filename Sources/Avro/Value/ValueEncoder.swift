extension AvroValue {
    /// The value encoded by a schema. Arrays and maps become one block each.
    ///
    /// - Throws: ``AvroError`` with a field whose value does not match its type.
    package func encoded(schema: AvroSchema) throws(AvroError) -> [UInt8] {
        var encoder = BinaryEncoder()
        try encode(as: schema.root, into: &encoder)
        return encoder.bytes
    }

    /// Appends the value encoded by a type.
    package func encode(
        as type: AvroType, into encoder: inout BinaryEncoder, depth: Int = 0
    ) throws(AvroError) {
        guard depth <= AvroLimits.depth else {
            throw AvroError(.nestedTooDeep, offset: encoder.bytes.count, detail: "deeper than \(AvroLimits.depth)")
        }
        switch (type.kind, self) {
        case (.null, .null): break
        case (.boolean, .boolean(let value)): encoder.boolean(value)
        case (.int, .int(let value)), (.long, .long(let value)), (.long, .int(let value)): encoder.long(value)
        case (.float, .float(let value)): encoder.float(value)
        case (.double, .double(let value)): encoder.double(value)
        case (.bytes, .bytes(let value)): encoder.bytes(value)
        case (.string, .string(let value)): encoder.string(value)
        case (.fixed(let fixed), .fixed(let value)) where value.count == fixed.size: encoder.raw(value)
        case (.enumeration(let enumeration), .symbol(let symbol)):
            guard let index = enumeration.symbols.firstIndex(of: symbol) else { throw misfit(type, encoder) }
            encoder.symbol(index)
        case (.union(let branches), .union(let branch, let value)) where branches.indices.contains(branch):
            encoder.branch(branch)
            try value.encode(as: branches[branch], into: &encoder, depth: depth + 1)
        case (.record(let record), .record(let value)) where value.values.count == record.fields.count:
            for (field, value) in zip(record.fields, value.values) {
                do { try value.encode(as: field.type, into: &encoder, depth: depth + 1) } catch {
                    throw error.inside(field.name)
                }
            }
        case (.array(let item), .array(let values)):
            encoder.arrayStart(count: values.count)
            for (index, value) in values.enumerated() {
                do { try value.encode(as: item, into: &encoder, depth: depth + 1) } catch {
                    throw error.inside("[\(index)]")
                }
            }
            encoder.arrayEnd()
        case (.map(let item), .map(let entries)):
            encoder.mapStart(count: entries.count)
            for (index, entry) in entries.enumerated() {
                encoder.string(entry.key)
                do { try entry.value.encode(as: item, into: &encoder, depth: depth + 1) } catch {
                    throw error.inside("[\(index)]")
                }
            }
            encoder.mapEnd()
        default: throw misfit(type, encoder)
        }
    }

    private func misfit(_ type: AvroType, _ encoder: BinaryEncoder) -> AvroError {
        AvroError(.valueDoesNotFit, offset: encoder.bytes.count, detail: "the value is not of type \(type.name)")
    }
}
