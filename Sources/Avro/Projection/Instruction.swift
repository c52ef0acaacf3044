/// One step of a compiled projection, 16 bytes.
struct Instruction {
    /// The operation. `skip` passes a value, `store` stores it in a slot; a nullable one reads the branch first.
    enum Code: UInt8 {
        case end
        // argument: bytes (skipFixed, fixed), symbols (enum); slot: where to store
        case skipFixed, skipBoolean, skipLong, skipLength, skipString, skipEnum
        // argument: width; slot: how many such fields follow each other
        case skipNullableFixed
        case skipNullableLong, skipNullableLength, skipNullableString
        case storeNull, storeBoolean, storeLong, storeFloat, storeDouble, storeString, storeBytes
        case storeFixed, storeEnum
        case storeNullableLong, storeNullableFloat, storeNullableDouble, storeNullableString
        case storeNullableBytes
        // argument: the next instruction if null; slot: one to set to null, or -1
        case nullable
        // argument: first entry of the jump table; slot: branches
        case union
        // argument: the next instruction
        case jump
        // argument: index in the program's calls
        case call
        // argument: index in the program's item shapes
        case skipArray, skipMap
        // argument: list
        case storeList, nullList
        // slot: that of the value, of the span
        case encodedStart, encodedEnd, spanStart, spanEnd
        // argument: slot to copy from; slot: to
        case copy
        // argument: index in the program's checks of the value that follows
        case check
        // argument: first entry of the new numbers; slot: branches. The branch that follows is renumbered in the output
        case patch
    }

    var code: Code
    /// The byte of the null branch of a nullable union: 0 for branch 0, 2 for branch 1.
    var nullByte: UInt8 = 0
    var slot: Int32 = -1
    var argument = 0

    init(_ code: Code, nullByte: UInt8 = 0, slot: Int32 = -1, argument: Int = 0) {
        self.code = code
        self.nullByte = nullByte
        self.slot = slot
        self.argument = argument
    }
}

/// The items of an array, or the values of a map.
struct ItemShape {
    /// The first instruction of the items.
    var entry = 0
    /// The smallest size of an item, bytes, with a map's key.
    var minimumSize = 0
    /// The size of each item, bytes; -1 where it varies.
    var fixedSize = -1
    /// Whether a map's keys must be UTF-8.
    var checksText = true
}

/// The instructions of a projection, in memory that is read-only after its initialisation.
///
/// `@unchecked Sendable` because nothing writes to the memory after init.
final class ProjectionProgram: @unchecked Sendable {
    let code: UnsafeMutablePointer<Instruction>
    let branches: UnsafeMutablePointer<Int32>
    let calls: UnsafeMutablePointer<Int32>
    let items: UnsafeMutablePointer<ItemShape>
    let listItems: UnsafeMutablePointer<ItemShape>
    let checks: UnsafeMutablePointer<LogicalValueCheck>
    /// Columns of a row of each list.
    let widths: [Int]
    let columnCount: Int
    let spanCount: Int
    let bytesInMemory: Int

    init(
        code: [Instruction], branches: [Int32], calls: [Int32], items: [ItemShape], listItems: [ItemShape],
        checks: [LogicalValueCheck], widths: [Int], columnCount: Int, spanCount: Int
    ) {
        self.code = Self.copy(code)
        self.branches = Self.copy(branches)
        self.calls = Self.copy(calls)
        self.items = Self.copy(items)
        self.listItems = Self.copy(listItems)
        self.checks = Self.copy(checks)
        self.widths = widths
        self.columnCount = columnCount
        self.spanCount = spanCount
        bytesInMemory =
            code.count * MemoryLayout<Instruction>.stride + (branches.count + calls.count) * MemoryLayout<Int32>.stride
            + (items.count + listItems.count) * MemoryLayout<ItemShape>.stride
            + checks.count * MemoryLayout<LogicalValueCheck>.stride
    }

    deinit {
        code.deallocate()
        branches.deallocate()
        calls.deallocate()
        items.deallocate()
        listItems.deallocate()
        checks.deallocate()
    }

    private static func copy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, values.count))
        for (index, value) in values.enumerated() { (memory + index).initialize(to: value) }
        return memory
    }
}
