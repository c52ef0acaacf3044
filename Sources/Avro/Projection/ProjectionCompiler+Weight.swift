extension ProjectionCompiler {
    /// The number of fields that are skipped with a record, including its arrays' items; very large for a recursive record.
    mutating func weight(_ record: AvroRecord, _ around: Set<AvroRecord>) -> Int {
        if let known = weights[record] { return known }
        if around.contains(record) { return AvroLimits.instructions }
        var sum = 0
        for field in record.fields {
            sum = min(AvroLimits.instructions, sum + weight(field.type, around.union([record])))
        }
        weights[record] = sum
        return sum
    }

    private mutating func weight(_ type: AvroType, _ around: Set<AvroRecord>) -> Int {
        switch type.kind {
        case .array(let item), .map(let item): 1 + weight(item, around)
        case .record(let record): weight(record, around)
        case .union(let types):
            types.reduce(1) { min(AvroLimits.instructions, $0 + 1 + weight($1, around)) }
        default: 1
        }
    }
}
