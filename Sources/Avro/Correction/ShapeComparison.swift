/// Compares types: whether they have the same values, encoding and names.
struct ShapeComparison {
    /// Pairs of equal records, of the first and the second type.
    private(set) var records: [(AvroRecord, AvroRecord)] = []
    private var compared: [AvroRecord: AvroRecord] = [:]

    mutating func isSame(_ left: AvroType, _ right: AvroType) -> Bool {
        switch (left.kind, right.kind) {
        case (.array(let left), .array(let right)), (.map(let left), .map(let right)): return isSame(left, right)
        case (.union(let left), .union(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) {
                guard isSame(left, right) else { return false }
            }
            return true
        case (.enumeration(let left), .enumeration(let right)):
            return left.fullName == right.fullName && left.symbols == right.symbols
        case (.fixed(let left), .fixed(let right)): return left.fullName == right.fullName && left.size == right.size
        case (.record(let left), .record(let right)): return isSame(left, right)
        case (.array, _), (.map, _), (.union, _), (.enumeration, _), (.fixed, _), (.record, _): return false
        default: return left.name == right.name
        }
    }

    private mutating func isSame(_ left: AvroRecord, _ right: AvroRecord) -> Bool {
        if left == right || compared[left] == right { return true }
        guard left.fullName == right.fullName, left.fields.count == right.fields.count else { return false }
        compared[left] = right
        records.append((left, right))
        for (left, right) in zip(left.fields, right.fields) {
            guard left.name == right.name, isSame(left.type, right.type) else { return false }
        }
        return true
    }
}
