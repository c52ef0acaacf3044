/// Renumbers the branches of some unions of a body, in place.
struct BranchRewriter: Sendable {
    private let root: AvroType
    private let program: ProjectionProgram
    var bytesInMemory: Int { program.bytesInMemory }

    init(_ root: AvroType, _ permutations: BranchPermutations) throws(AvroError) {
        self.root = root
        var compiler = ProjectionCompiler()
        program = try compiler.compile(root, permutations: permutations)
    }

    /// Renumbers the branches of `body` in its copy in `output` at `offset`.
    func rewrite(
        _ body: ArraySlice<UInt8>, count: Int, in output: inout [UInt8], at offset: Int
    ) throws(AvroError) {
        guard body.count <= AvroLimits.bodyBytes else {
            throw AvroError(.bodyTooLarge, detail: "\(body.count) bytes")
        }
        var position = 0
        for _ in 0..<count {
            let rest = body.dropFirst(position)
            let outcome = output.withUnsafeMutableBufferPointer { output in
                rest.withUnsafeBufferPointer { bytes in
                    ProjectionWalk.patch(
                        bytes, program: program, output: output.baseAddress.map { $0 + offset + position })
                }
            }
            guard let length = outcome.length else {
                if let branch = outcome.nonMinimalBranch {
                    throw AvroError(.nonMinimalBranch, offset: position + branch, detail: "a branch of several bytes")
                }
                do throws(AvroError) {
                    _ = try ValueSkipper.skip(root, in: rest, checkingValues: false)
                } catch { throw error.moved(by: position) }
                throw AvroError(.tooManyItems, offset: position, detail: "the record is too deep or too large")
            }
            position += length
        }
        guard position == body.count else {
            throw AvroError(
                .trailingBytes, offset: position, detail: "\(body.count - position) bytes after the records")
        }
    }
}
