/// Compiles a writer's schema and the wanted paths to a projection's program.
struct ProjectionCompiler {
    var code: [Instruction] = []
    private var branches: [Int32] = []
    private var calls: [Int32] = []
    private var items: [ItemShape] = []
    private var listItems: [ItemShape] = []
    private var checks: [LogicalValueCheck] = []

    /// Instructions before this index must not be merged with later ones, since it is the target of a jump.
    private var barrier = 0
    /// Records that are skipped by a call, each compiled once.
    private var callOf: [AvroRecord: Int] = [:]
    var weights: [AvroRecord: Int] = [:]
    /// Parts still to be compiled, and the closures that receive their address.
    private var pending: [Piece] = []

    private struct Piece {
        enum Use { case call(Int), item(Int), row(Int) }
        let use: Use
        let type: AvroType
        var wanted: WantedFields?
        var copies: WantedFields.Copies = []
    }

    mutating func compile(
        _ root: AvroType, columns: [String], lists: [Projection.List], spans: [String]
    ) throws(AvroError) -> ProjectionProgram {
        var copies: WantedFields.Copies = []
        var wanted = WantedFields(columns: columns, copies: &copies)
        var spanCopies: [String: Int] = [:]
        for (index, path) in spans.enumerated() {
            guard spanCopies.updateValue(index, forKey: path) == nil else {
                throw AvroError(.invalidPath, field: path, detail: "a span wanted twice")
            }
            wanted.change(WantedFields.parts(path)) { $0.span = Int32(truncatingIfNeeded: index) }
        }
        for (index, list) in lists.enumerated() {
            let parts = WantedFields.parts(list.path)
            guard wanted.find(parts)?.list == nil else {
                throw AvroError(.invalidPath, field: list.path, detail: "a list wanted twice")
            }
            wanted.change(parts) { $0.list = index }
        }
        listItems = Array(repeating: ItemShape(), count: lists.count)
        rowColumns = lists.map(\.columns)

        try value(root, wanted)
        finish(copies)
        while let piece = pending.popLast() { try compile(piece) }
        return ProjectionProgram(
            code: code, branches: branches, calls: calls, items: items, listItems: listItems,
            checks: checks, widths: lists.map(\.columns.count), columnCount: columns.count, spanCount: spans.count)
    }

    private var rowColumns: [[String]] = []
    /// The renumbering of a program that renumbers branches; such a program stores no values.
    private var permutations: BranchPermutations = [:]

    /// Whether skipped values are checked too: strings for UTF-8, times for the years of readers.
    private var checksValues = true

    /// A program that passes a record and renumbers the branches of some fields' unions. It checks no value: a record is
    /// restored as it was archived, also by a version that did not check it.
    mutating func compile(
        _ root: AvroType, permutations: BranchPermutations
    ) throws(AvroError) -> ProjectionProgram {
        self.permutations = permutations
        checksValues = false
        return try compile(root, columns: [], lists: [], spans: [])
    }

    private mutating func compile(_ piece: Piece) throws(AvroError) {
        let entry = code.count
        barrier = entry
        switch (piece.wanted, piece.use, piece.type.kind) {
        case (let wanted?, _, _): try value(piece.type, wanted)
        case (nil, .call, .record(let record)): try skipFields(record)
        default: try skip(piece.type)
        }
        finish(piece.copies)
        switch piece.use {
        case .call(let index): calls[index] = Int32(truncatingIfNeeded: entry)
        case .item(let index): items[index].entry = entry
        case .row(let index): listItems[index].entry = entry
        }
    }

    private mutating func finish(_ copies: WantedFields.Copies) {
        for copy in copies { code.append(Instruction(.copy, slot: copy.to, argument: Int(copy.from))) }
        code.append(Instruction(.end))
    }

    mutating func emit(_ instruction: Instruction) throws(AvroError) {
        guard code.count < AvroLimits.instructions else {
            throw AvroError(.schemaTooLarge, detail: "the schema makes too long a program")
        }
        code.append(instruction)
    }

    /// The check of a type's values, where one is wanted.
    private func check(of type: AvroType) -> LogicalValueCheck? {
        checksValues ? LogicalValueCheck(type) : nil
    }

    /// Emits the check before the instruction that reads the value; most types have none.
    private mutating func emitCheck(of type: AvroType) throws(AvroError) {
        guard let check = check(of: type) else { return }
        let index = checks.firstIndex(of: check) ?? checks.count
        if index == checks.count { checks.append(check) }
        try emit(Instruction(.check, argument: index))
    }

    /// Marks the next instruction as the target of a jump.
    private mutating func label() -> Int {
        barrier = code.count
        return code.count
    }

    // MARK: - Wanted values

    /// A field with wanted parts.
    private mutating func value(_ type: AvroType, _ wanted: WantedFields) throws(AvroError) {
        if let span = wanted.span { try emit(Instruction(.spanStart, slot: span)) }
        if case .union(let branches) = type.kind {
            if let nullable = type.nullable {
                try self.nullable(nullable.value, nullByte: UInt8(nullable.nullBranch * 2), wanted)
            } else {
                try union(branches, wanted)
            }
        } else {
            try plain(type, wanted)
        }
        if let span = wanted.span { try emit(Instruction(.spanEnd, slot: span)) }
        // The last instruction of a span must not be merged with the next field.
        if wanted.span != nil { barrier = code.count }
    }

    private mutating func nullable(_ type: AvroType, nullByte: UInt8, _ wanted: WantedFields) throws(AvroError) {
        if let slot = wanted.slot, check(of: type) == nil, let code = Self.storeNullable(type) {
            return try emit(Instruction(code, nullByte: nullByte, slot: slot))
        }
        let test = code.count
        try emit(Instruction(.nullable, nullByte: nullByte, slot: wanted.slot ?? -1))
        barrier = code.count
        try plain(type, wanted)
        if let list = wanted.list {
            let leave = code.count
            try emit(Instruction(.jump))
            code[test].argument = label()
            try emit(Instruction(.nullList, argument: list))
            code[leave].argument = label()
        } else {
            code[test].argument = label()
        }
    }

    private mutating func union(_ types: [AvroType], _ wanted: WantedFields) throws(AvroError) {
        let table = branches.count
        branches += Array(repeating: 0, count: types.count)
        try emit(Instruction(.union, slot: Int32(truncatingIfNeeded: types.count), argument: table))
        var leaves: [Int] = []
        for (index, type) in types.enumerated() {
            branches[table + index] = Int32(truncatingIfNeeded: label())
            if type.isNull, let list = wanted.list { try emit(Instruction(.nullList, argument: list)) }
            try plain(type, wanted)
            leaves.append(code.count)
            try emit(Instruction(.jump))
        }
        let after = label()
        for leave in leaves { code[leave].argument = after }
    }

    /// A wanted value that is not a union.
    private mutating func plain(_ type: AvroType, _ wanted: WantedFields) throws(AvroError) {
        if let slot = wanted.slot, let instruction = Self.store(type, slot: slot) {
            try emitCheck(of: type)
            return try emit(instruction)
        }
        if let slot = wanted.slot {
            try emit(Instruction(.encodedStart, slot: slot))
            barrier = code.count
        }
        switch type.kind {
        case .record(let record) where !wanted.children.isEmpty:
            var children = wanted.children
            for field in record.fields {
                if let child = children.removeValue(forKey: field.name) {
                    do { try value(field.type, child) } catch { throw error.inside(field.name) }
                } else {
                    try skip(field.type)
                }
            }
        case .array(let item) where wanted.list != nil:
            if let list = wanted.list { try self.list(list, of: item) }
        default:
            if wanted.list != nil, !type.isNull {
                throw AvroError(.invalidPath, detail: "the schema has \(type.name) where an array is wanted")
            }
            try skip(type)
        }
        if let slot = wanted.slot {
            try emit(Instruction(.encodedEnd, slot: slot))
            barrier = code.count
        }
    }

    private mutating func list(_ index: Int, of item: AvroType) throws(AvroError) {
        var copies: WantedFields.Copies = []
        let wanted = WantedFields(columns: rowColumns[index], copies: &copies)
        listItems[index].minimumSize = item.minimumSize
        pending.append(Piece(use: .row(index), type: item, wanted: wanted, copies: copies))
        try emit(Instruction(.storeList, argument: index))
    }

    private static func store(_ type: AvroType, slot: Int32) -> Instruction? {
        switch type.kind {
        case .null: Instruction(.storeNull, slot: slot)
        case .boolean: Instruction(.storeBoolean, slot: slot)
        case .int, .long: Instruction(.storeLong, slot: slot)
        case .float: Instruction(.storeFloat, slot: slot)
        case .double: Instruction(.storeDouble, slot: slot)
        case .string: Instruction(.storeString, slot: slot)
        case .bytes: Instruction(.storeBytes, slot: slot)
        case .fixed(let fixed): Instruction(.storeFixed, slot: slot, argument: fixed.size)
        case .enumeration(let enumeration): Instruction(.storeEnum, slot: slot, argument: enumeration.symbols.count)
        case .array, .map, .record, .union: nil
        }
    }

    private static func storeNullable(_ type: AvroType) -> Instruction.Code? {
        switch type.kind {
        case .int, .long: .storeNullableLong
        case .float: .storeNullableFloat
        case .double: .storeNullableDouble
        case .string: .storeNullableString
        case .bytes: .storeNullableBytes
        default: nil
        }
    }
}

// MARK: - Unwanted values

extension ProjectionCompiler {
    /// Instructions of a record of unwanted fields that are inlined at most; a longer one is called.
    private static let inlineWeight = 256

    private mutating func skip(_ type: AvroType) throws(AvroError) {
        if let size = type.fixedSize { return try skipFixed(size) }
        try emitCheck(of: type)
        switch type.kind {
        case .null, .float, .double, .fixed: break  // of fixed size
        case .boolean: try emit(Instruction(.skipBoolean))
        case .int, .long: try emit(Instruction(.skipLong))
        case .bytes: try emit(Instruction(.skipLength))
        case .string: try emit(Instruction(checksValues ? .skipString : .skipLength))
        case .enumeration(let enumeration):
            try emit(Instruction(.skipEnum, argument: enumeration.symbols.count))
        case .array(let item): try skipItems(.skipArray, item, minimumSize: item.minimumSize, fixedSize: item.fixedSize)
        case .map(let value): try skipItems(.skipMap, value, minimumSize: 1 + value.minimumSize, fixedSize: nil)
        case .record(let record):
            if weight(record, []) <= Self.inlineWeight {
                try skipFields(record)
            } else {
                try emit(Instruction(.call, argument: call(record)))
            }
        case .union(let types):
            if let nullable = type.nullable {
                try skipNullable(nullable.value, nullByte: UInt8(nullable.nullBranch * 2))
            } else {
                var none: WantedFields.Copies = []
                try union(types, WantedFields(copies: &none))
            }
        }
    }

    private mutating func skipFields(_ record: AvroRecord) throws(AvroError) {
        let changed = permutations[record]
        for (index, field) in record.fields.enumerated() {
            if let numbers = changed?[index] {
                let patch = Instruction(
                    .patch, slot: Int32(truncatingIfNeeded: numbers.count), argument: branches.count)
                branches += numbers.map(Int32.init)
                try emit(patch)
            }
            try skip(field.type)
        }
    }

    /// Adjacent values of fixed size become one instruction.
    private mutating func skipFixed(_ size: Int) throws(AvroError) {
        if size == 0 { return }
        if let last = code.last, code.count > barrier, last.code == .skipFixed {
            code[code.count - 1].argument += size
        } else {
            try emit(Instruction(.skipFixed, argument: size))
        }
    }

    private mutating func skipNullable(_ type: AvroType, nullByte: UInt8) throws(AvroError) {
        if let size = type.fixedSize {
            if let last = code.last, code.count > barrier, last.code == .skipNullableFixed,
                last.argument == size, last.nullByte == nullByte
            {
                code[code.count - 1].slot += 1
            } else {
                try emit(Instruction(.skipNullableFixed, nullByte: nullByte, slot: 1, argument: size))
            }
            return
        }
        let isUnchecked = check(of: type) == nil
        switch type.kind {
        case .int where isUnchecked, .long where isUnchecked:
            try emit(Instruction(.skipNullableLong, nullByte: nullByte))
        case .bytes where isUnchecked: try emit(Instruction(.skipNullableLength, nullByte: nullByte))
        case .string where isUnchecked:
            try emit(Instruction(checksValues ? .skipNullableString : .skipNullableLength, nullByte: nullByte))
        default:
            let test = code.count
            try emit(Instruction(.nullable, nullByte: nullByte))
            barrier = code.count
            try skip(type)
            code[test].argument = label()
        }
    }

    private mutating func skipItems(
        _ step: Instruction.Code, _ item: AvroType, minimumSize: Int, fixedSize: Int?
    ) throws(AvroError) {
        let index = items.count
        items.append(ItemShape(minimumSize: minimumSize, fixedSize: fixedSize ?? -1, checksText: checksValues))
        if fixedSize == nil { pending.append(Piece(use: .item(index), type: item)) }
        try emit(Instruction(step, argument: index))
    }

    private mutating func call(_ record: AvroRecord) -> Int {
        if let known = callOf[record] { return known }
        let index = calls.count
        calls.append(0)
        callOf[record] = index
        pending.append(Piece(use: .call(index), type: AvroType(.record(record))))
        return index
    }
}
