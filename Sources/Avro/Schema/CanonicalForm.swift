extension AvroSchema {
    /// The schema in Parsing Canonical Form, which has only the parts that affect the decoding of bodies.
    ///
    /// Source: Apache Avro 1.12 specification, "Parsing Canonical Form for Schemas".
    package var canonicalForm: [UInt8] {
        var writer = CanonicalWriter()
        writer.type(root)
        return writer.bytes
    }

    /// CRC-64-AVRO of the canonical form: equal for schemas whose bodies are equal.
    package var fingerprint: UInt64 { CanonicalWriter.fingerprint(of: canonicalForm) }
}

private struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []
    private var written: [String: ObjectIdentifier] = [:]

    private static let empty: UInt64 = 0xC15D_213A_A4D7_A795

    private static let table: [UInt64] = (0..<256).map { index in
        (0..<8).reduce(UInt64(index)) { value, _ in value >> 1 ^ (empty & (0 &- (value & 1))) }
    }

    static func fingerprint(of bytes: [UInt8]) -> UInt64 {
        bytes.reduce(empty) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    mutating func type(_ type: AvroType) {
        switch type.kind {
        case .array(let items):
            bytes += #"{"type":"array","items":"#.utf8
            self.type(items)
            bytes += "}".utf8
        case .map(let values):
            bytes += #"{"type":"map","values":"#.utf8
            self.type(values)
            bytes += "}".utf8
        case .union(let branches): list(branches) { $0.type($1) }
        case .record(let record):
            guard open(record.fullName, record) else { return }
            bytes += #","type":"record","fields":"#.utf8
            list(record.fields) { writer, field in
                writer.bytes += #"{"name":"#.utf8
                JSONText.quote(field.name, into: &writer.bytes)
                writer.bytes += #","type":"#.utf8
                writer.type(field.type)
                writer.bytes += "}".utf8
            }
            bytes += "}".utf8
        case .enumeration(let enumeration):
            guard open(enumeration.fullName, enumeration) else { return }
            bytes += #","type":"enum","symbols":"#.utf8
            list(enumeration.symbols) { JSONText.quote($1, into: &$0.bytes) }
            bytes += "}".utf8
        case .fixed(let fixed):
            guard open(fixed.fullName, fixed) else { return }
            bytes += #","type":"fixed","size":\#(fixed.size)}"#.utf8
        default: JSONText.quote(type.name, into: &bytes)
        }
    }

    /// Begins a definition, or references a type that is defined before; a second definition of a name is written in full.
    private mutating func open(_ name: String, _ type: AnyObject) -> Bool {
        let isKnown = written.updateValue(ObjectIdentifier(type), forKey: name) == ObjectIdentifier(type)
        if !isKnown { bytes += #"{"name":"#.utf8 }
        JSONText.quote(name, into: &bytes)
        return !isKnown
    }

    private mutating func list<Element>(_ elements: [Element], _ write: (inout CanonicalWriter, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
