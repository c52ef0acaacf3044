/// One step of a compiled transcoding, 16 bytes.
struct TranscodingStep {
    enum Code: UInt8 {
        case end
        // argument: bytes (skipFixed), symbols (skipEnum), first of the branches (skipUnion), item shape (skipItems)
        case skipFixed, skipBoolean, skipLong, skipLength, skipEnum, skipUnion, skipItems
        // argument: the next step
        case call
        case boolean, long, milliseconds, string, bytes
        // argument: 1 to drop a value that is not finite
        case float, double
        // argument: bytes
        case fixed
        // argument: first of the symbols; extra: how many
        case symbol
        // argument: the first step of the fields
        case message
        // argument: item shape
        case list, joinedList
        // A number after a comma, unless it is the first since the list began
        case joinedLong
    }

    /// The value of ``nullByte`` for a value outside a union.
    static let noUnion: UInt8 = 0xFF

    var code: Code
    /// The byte of the null branch of a nullable union: 0 for branch 0, 2 for branch 1.
    var nullByte: UInt8 = noUnion
    /// Bytes of the tag.
    var tagCount: UInt8 = 0
    /// The field's number and wire type as in protobuf, with the first byte lowest.
    var tag: UInt32 = 0
    var argument: Int32 = 0
    var extra: Int32 = 0

    init(_ code: Code, nullByte: UInt8 = noUnion, argument: Int = 0, extra: Int = 0) {
        self.code = code
        self.nullByte = nullByte
        self.argument = Int32(truncatingIfNeeded: argument)
        self.extra = Int32(truncatingIfNeeded: extra)
    }
}

/// The items of an array, or the values of a map.
struct TranscodedItems {
    /// The first step of the items.
    var entry = 0
    /// The smallest size of an item, bytes, with a map's key.
    var minimumSize = 0
    var isMap = false
}

/// The steps of a transcoding, in memory that is read-only after its initialisation.
///
/// `@unchecked Sendable` because nothing writes to the memory after init.
final class TranscodingProgram: @unchecked Sendable {
    let code: UnsafeMutablePointer<TranscodingStep>
    let items: UnsafeMutablePointer<TranscodedItems>
    /// The first steps of a union's branches.
    let branches: UnsafeMutablePointer<Int32>
    /// The start of each symbol in `text`, with its protobuf length before it; and the end of the last one.
    let symbols: UnsafeMutablePointer<Int>
    let text: UnsafeMutablePointer<UInt8>

    init(
        code: [TranscodingStep], items: [TranscodedItems], branches: [Int32], symbols: [Int], text: [UInt8]
    ) {
        self.code = Self.copy(code)
        self.items = Self.copy(items)
        self.branches = Self.copy(branches)
        self.symbols = Self.copy(symbols)
        self.text = Self.copy(text)
    }

    deinit {
        code.deallocate()
        items.deallocate()
        branches.deallocate()
        symbols.deallocate()
        text.deallocate()
    }

    private static func copy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, values.count))
        for (index, value) in values.enumerated() { (memory + index).initialize(to: value) }
        return memory
    }
}
