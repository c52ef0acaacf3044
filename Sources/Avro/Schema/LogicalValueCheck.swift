/// The values that a logical type allows. Strict readers convert such a value to a time, a UUID or a decimal of their language,
/// and fail for one that it cannot represent.
///
/// Source: the Avro 1.12 specification, "Logical Types", which has the type of each; the limits are those of Python's
/// `datetime`, `uuid` and `decimal`, as fastavro 1.13.1 and avro 1.12.2 use them. Logical types that neither of them converts,
/// such as nanoseconds, have no limits.
enum LogicalValueCheck: Hashable, BitwiseCopyable {
    /// An `int` or a `long` within these bounds, inclusive.
    case range(least: Int64, greatest: Int64)
    /// A string of 32 hexadecimal digits.
    case uuid
    /// The longest `bytes` of a decimal.
    case decimal

    /// Bytes of the longest decimal below 10 to the power of 1,000,000, the limit of Python's.
    static let decimalBytes = 415_241

    /// The check of a type; nil where its logical type is unknown or has another plain type.
    init?(_ type: AvroType) {
        guard let name = type.logicalType?.name else { return nil }
        switch (type.kind, name) {
        case (.long, "timestamp-millis"), (.long, "local-timestamp-millis"): self = Self.years(unitsPerSecond: 1_000)
        case (.long, "timestamp-micros"), (.long, "local-timestamp-micros"):
            self = Self.years(unitsPerSecond: 1_000_000)
        case (.int, "date"): self = .range(least: Self.firstDay, greatest: Self.lastDay)
        case (.int, "time-millis"): self = .range(least: 0, greatest: 86_400_000 - 1)
        case (.long, "time-micros"): self = .range(least: 0, greatest: 86_400_000_000 - 1)
        case (.string, "uuid"): self = .uuid
        case (.bytes, "decimal"): self = .decimal
        default: return nil
        }
    }

    /// 0001-01-01, in days from 1970-01-01.
    private static let firstDay: Int64 = -719_162
    /// 9999-12-31, in days from 1970-01-01.
    private static let lastDay: Int64 = 2_932_896

    private static func years(unitsPerSecond: Int64) -> Self {
        let day = 86_400 * unitsPerSecond
        return .range(least: firstDay * day, greatest: (lastDay + 1) * day - 1)
    }

    /// Whether the value at `position` is allowed. A truncated value counts as allowed: the reader that follows reports it.
    @inline(never)
    func accepts(_ position: BytePointer, _ end: BytePointer) -> Bool {
        var position = position
        switch self {
        case .range(let least, let greatest):
            guard let raw = rawVarint(&position, end) else { return true }
            return (least...greatest).contains(zigzag(raw))
        case .uuid:
            guard let length = rawLength(&position, end) else { return true }
            return Self.isUUID(UnsafeBufferPointer(start: position, count: length))
        case .decimal:
            guard let length = rawLength(&position, end) else { return true }
            return Self.isDecimal(length)
        }
    }

    /// 32 hexadecimal digits with dashes anywhere, optional braces and an optional `urn:uuid:`: all that fastavro accepts.
    static func isUUID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count <= 128 else { return false }
        var rest = text[...]
        if rest.starts(with: "urn:uuid:".utf8) { rest = rest.dropFirst(9) }
        if rest.first == UInt8(ascii: "{"), rest.last == UInt8(ascii: "}") { rest = rest.dropFirst().dropLast() }
        var digits = 0
        for byte in rest where byte != UInt8(ascii: "-") {
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: digits += 1
            default: return false
            }
        }
        return digits == 32
    }

    static func isDecimal(_ length: Int) -> Bool { (1...decimalBytes).contains(length) }
}
