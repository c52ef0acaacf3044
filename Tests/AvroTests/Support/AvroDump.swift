import Avro
import Compression

/// Values as the tagged bytes that Tests/Clients/fastavro_digest.py writes for what fastavro reads.
struct AvroDump {
    private var bytes: [UInt8] = []
    /// Bytes so far.
    private(set) var count = 0
    /// Their CRC-32.
    private(set) var checksum: UInt32 = 0

    init(_ value: AvroValue) {
        dump(value)
        flush()
    }

    private mutating func flush() {
        checksum = CRC32.of(bytes[...], after: checksum)
        count += bytes.count
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func dump(_ value: AvroValue) {
        switch value {
        case .null: tag("N")
        case .boolean(let value):
            tag("B")
            bytes.append(value ? 1 : 0)
        case .int(let value), .long(let value):
            tag("I")
            number(value)
        case .float(let value):
            tag("D")
            number(Double(value).bitPattern)
        case .double(let value):
            tag("D")
            number(value.bitPattern)
        case .string(let text), .symbol(let text): self.text(text)
        case .bytes(let data), .fixed(let data):
            tag("Y")
            number(data.count)
            flush()
            checksum = CRC32.of(data, after: checksum)
            count += data.count
        case .array(let values):
            tag("L")
            number(values.count)
            for value in values { dump(value) }
        case .map(let entries): dictionary(entries.map { ($0.key, $0.value) })
        case .record(let record): dictionary(zip(record.type.fields, record.values).map { ($0.name, $1) })
        case .union(_, let value): dump(value)
        }
    }

    /// Of two pairs of one key the first gives the place and the last the value, as in a Python dict.
    private mutating func dictionary(_ pairs: [(String, AvroValue)]) {
        let last = Dictionary(pairs) { $1 }
        tag("M")
        number(last.count)
        var seen: Set<String> = []
        for (key, _) in pairs where seen.insert(key).inserted {
            text(key)
            if let value = last[key] { dump(value) }
        }
    }

    private mutating func tag(_ tag: Character) { bytes.append(tag.asciiValue ?? 0) }

    private mutating func number(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func text(_ text: String) {
        tag("S")
        number(text.utf8.count)
        bytes += Array(text.utf8)
    }
}
