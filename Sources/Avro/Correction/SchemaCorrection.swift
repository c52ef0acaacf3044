/// A schema that strict readers accept, and the change of bodies: only the numbers of union branches change, so that a body
/// keeps its length and can be restored.
///
/// The rules, at any depth: where a default does not match the first branch of its field's union, the branch that it matches
/// moves to the front; a default that matches no branch, or not the field's plain type, is removed. A named type that is
/// defined again becomes a reference to the first if both have one shape, and else gets another name. The second field
/// of a name, and names with characters that Avro does not allow, are renamed. Everything else stays.
package struct SchemaCorrection: Sendable {
    /// The writer's schema.
    package let original: AvroSchema
    /// The schema that strict readers accept.
    package let corrected: AvroSchema
    private let forward: BranchRewriter?
    private let backward: BranchRewriter?

    /// Bytes of its memory without the original schema.
    package var bytesInMemory: Int {
        corrected.bytesInMemory + (forward?.bytesInMemory ?? 0) + (backward?.bytesInMemory ?? 0)
    }

    /// The correction of a schema; nil where strict readers accept it.
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

    /// Whether bodies change; `false` where only defaults or names do.
    package var needsTranscoding: Bool { forward != nil }

    /// Appends a body of the original schema in the corrected schema, with the same length.
    ///
    /// - Parameters:
    ///   - body: The records.
    ///   - count: The number of records in the body.
    ///   - output: Receives the body; unchanged after an error.
    /// - Throws: ``AvroError`` where the body does not follow the schema; of code `nonMinimalBranch` where a branch
    ///   of a changed union has more bytes than needed, so that it could not be restored.
    package func transcode(
        _ body: ArraySlice<UInt8>, count: Int = 1, into output: inout [UInt8]
    ) throws(AvroError) {
        try Self.apply(forward, body, count: count, into: &output)
    }

    /// Appends a body of the corrected schema in the original one: the reverse of ``transcode(_:count:into:)``.
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

/// Walks a schema and its correction in parallel, to assign the permutations to the records of both.
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
