/// A schema as strict readers want it, and how bodies change with it: in the numbers of union branches only, so that a
/// body keeps its length and can be given back as it was.
///
/// By rule, at any depth: a default that does not fit the first branch of its field's union moves the branch that it
/// fits to the front; one that fits no branch, or not the field's plain type, is left out. A named type that is
/// defined again becomes a reference to the first where both have one shape, and gets a name of its own where not.
/// The second field of one name, and names with characters that Avro does not allow, get others. All else stays.
package struct SchemaCorrection: Sendable {
    /// The schema as the writer gave it.
    package let original: AvroSchema
    /// The schema as strict readers want it.
    package let corrected: AvroSchema
    private let forward: BranchRewriter?
    private let backward: BranchRewriter?

    /// Bytes of memory that it takes besides the original schema.
    package var bytesInMemory: Int {
        corrected.bytesInMemory + (forward?.bytesInMemory ?? 0) + (backward?.bytesInMemory ?? 0)
    }

    /// The correction of a schema; nil where strict readers take it as it is.
    package static func of(_ schema: AvroSchema) -> SchemaCorrection? {
        guard let document = try? JSONParser.parse(schema.json[...]) else { return nil }
        var corrector = SchemaCorrector()
        let changed = corrector.type(document, schema.root, namespace: "")
        guard corrector.isChanged, let corrected = try? AvroSchema.parse(changed, text: changed.text) else {
            return nil
        }
        return SchemaCorrection(original: schema, corrected: corrected, permutations: corrector.permutations)
    }

    private init?(original: AvroSchema, corrected: AvroSchema, permutations: BranchPermutations) {
        self.original = original
        self.corrected = corrected
        if permutations.isEmpty {
            forward = nil
            backward = nil
            return
        }
        var pairing = SchemaPairing(permutations: permutations)
        pairing.pair(original.root, corrected.root)
        guard let there = try? BranchRewriter(original.root, pairing.forward),
            let back = try? BranchRewriter(corrected.root, pairing.backward)
        else { return nil }
        forward = there
        backward = back
    }

    /// Whether bodies change; not so where only defaults were left out or names given.
    package var needsTranscoding: Bool { forward != nil }

    /// Appends a body of the original schema as the corrected one has it, of the same length.
    ///
    /// - Parameters:
    ///   - body: The records.
    ///   - count: How many records the body has.
    ///   - output: What to append to; unchanged after an error.
    /// - Throws: ``AvroError`` where the body does not follow the schema; of code `nonMinimalBranch` where the branch
    ///   of a changed union is written longer than need be, so that it could not be given back as it was.
    package func transcode(
        _ body: ArraySlice<UInt8>, count: Int = 1, into output: inout [UInt8]
    ) throws(AvroError) {
        try Self.apply(forward, body, count: count, into: &output)
    }

    /// Appends a body of the corrected schema as the original one had it: the reverse of ``transcode(_:count:into:)``.
    package func restore(
        _ body: ArraySlice<UInt8>, count: Int = 1, into output: inout [UInt8]
    ) throws(AvroError) {
        try Self.apply(backward, body, count: count, into: &output)
    }

    private static func apply(
        _ rewriter: BranchRewriter?, _ body: ArraySlice<UInt8>, count: Int, into output: inout [UInt8]
    ) throws(AvroError) {
        let before = output.count
        output.append(contentsOf: body)
        guard let rewriter else { return }
        do { try rewriter.rewrite(body, count: count, in: &output, at: before) } catch {
            output.removeLast(output.count - before)
            throw error
        }
    }
}

/// For records and the indexes of their fields: the new number of each branch of the field's union.
typealias BranchPermutations = [AvroRecord: [Int: [UInt8]]]

/// Walks a schema and its correction side by side, to carry the permutations over to every record of either.
private struct SchemaPairing {
    let permutations: BranchPermutations
    private(set) var forward: BranchPermutations = [:]
    private(set) var backward: BranchPermutations = [:]
    private var seen: Set<AvroRecord> = []

    init(permutations: BranchPermutations) { self.permutations = permutations }

    mutating func pair(_ original: AvroType, _ corrected: AvroType) {
        switch (original.kind, corrected.kind) {
        case (.array(let left), .array(let right)), (.map(let left), .map(let right)): pair(left, right)
        case (.union(let left), .union(let right)):
            for (left, right) in zip(left, right) { pair(left, right) }
        case (.record(let left), .record(let right)):
            guard seen.insert(left).inserted else { return }
            for index in left.fields.indices { pairField(index, left, right) }
        default: break
        }
    }

    private mutating func pairField(_ index: Int, _ left: AvroRecord, _ right: AvroRecord) {
        guard let numbers = permutations[left]?[index], case .union(let from) = left.fields[index].type.kind,
            case .union(let to) = right.fields[index].type.kind
        else { return pair(left.fields[index].type, right.fields[index].type) }
        var inverse = numbers
        for (old, new) in numbers.enumerated() {
            inverse[Int(new)] = UInt8(truncatingIfNeeded: old)
            pair(from[old], to[Int(new)])
        }
        forward[left, default: [:]][index] = numbers
        backward[right, default: [:]][index] = inverse
    }
}
