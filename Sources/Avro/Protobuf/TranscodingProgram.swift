/// One step of a compiled transcoding, 16 bytes.
struct TranscodingStep {
    enum Code: UInt8 {
        case end
        // argument: bytes (skipFixed), symbols (skipEnum), first of the branches (skipUnion), item shape (skipItems)
        case skipFixed, skipBoolean, skipLong, skipLength, skipEnum, skipUnion, skipItems
        // argument: where to go on
        case call
        case boolean, long, milliseconds, string, bytes
        // argument: 1 to leave out what is not finite
        case float, double
        // argument: bytes
        case fixed
        // argument: first of the symbols; extra: how many
        case symbol
        // argument: where the fields' steps start
        case message
        // argument: item shape
        case list, joinedList
        // A number after a comma, unless it is the first since the list began
        case joinedLong
    }

    /// That of ``nullByte`` where the value is in no union.
    static let noUnion: UInt8 = 0xFF

    var code: Code
    /// The byte that says null in a nullable union: 0 for branch 0, 2 for branch 1.
    var nullByte: UInt8 = noUnion
    /// Bytes of the tag.
    var tagCount: UInt8 = 0
    /// The field's number and wire type as protobuf writes them, the first byte lowest.
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
    /// Where the items' steps start.
    var entry = 0
    /// Bytes that an item takes at least; a map's key counts.
    var minimumSize = 0
    var isMap = false
}

/// The steps of a transcoding in memory that is written once and then only read.
///
/// `@unchecked Sendable` because nothing writes to the memory after init.
final class TranscodingProgram: @unchecked Sendable {
    let code: UnsafeMutablePointer<TranscodingStep>
    let items: UnsafeMutablePointer<TranscodedItems>
    /// Where the steps of a union's branches start.
    let branches: UnsafeMutablePointer<Int32>
    /// Where in `text` each symbol starts, its length in protobuf's writing before it; and where the last one ends.
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
