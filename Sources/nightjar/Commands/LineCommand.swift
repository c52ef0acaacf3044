internal import Threads

/// A command that answers lines of JSON with lines of JSON, on all cores.
protocol LineCommand: Command {
    init(path: String, models: ModelOptions)
    /// The file of the lines; `-` is standard input.
    var path: String { get }
    var models: ModelOptions { get }
    /// The answer to one line.
    static func answer(to line: [UInt8], _ lines: Salt2Lines) -> [UInt8]
}

extension LineCommand {
    static var operands: [Operand] {
        [Operand("FILE", "a line of JSON for each; without it they come on standard input", count: .optional)]
    }
    static var options: [any DeclaredOption] { ModelOptions.ofModel }

    private static var linesAtOnce: Int { 512 }
    private static var bytesAtOnce: Int { 8 << 20 }

    init(_ arguments: Arguments) throws {
        self.init(path: arguments.operands.first ?? "-", models: try ModelOptions(arguments))
    }

    func run() throws -> ExitStatus {
        let lines = try models.lines()
        var reader = try LineReader(path: path)
        while true {
            let batch = try reader.nextBatch(count: Self.linesAtOnce, bytes: Self.bytesAtOnce)
            guard !batch.isEmpty else { return .done }
            // The answers stand in the order of the lines.
            let answers = batch.concurrentMap { line -> [UInt8] in
                switch line {
                case .bytes(let line): Self.answer(to: line, lines)
                case .tooLong: Salt2Lines.refusal("a line of more than \(LineReader.longestLine) bytes")
                }
            }
            try Terminal.put(json: Array(answers.joined(separator: [UInt8(ascii: "\n")])))
        }
    }
}
