/// How a command ended, where nothing was thrown.
enum ExitStatus: Int32 {
    case done = 0
    /// The work failed, or what was asked for is missing.
    case failed = 1
    /// Another process found that the options make no sense.
    case wrongUsage = 2
}

/// One command of `nightjar`.
///
/// A new one is a type and its line in ``Commands/all``.
protocol Command: Sendable {
    /// Its name, of one word or, in a group, two: `cone`, `salt2 plot`.
    static var name: String { get }
    /// What it does, in one line.
    static var summary: String { get }
    /// What more there is to know; empty, or paragraphs.
    static var details: String { get }
    static var operands: [Operand] { get }
    static var options: [any DeclaredOption] { get }
    /// Options of which one is needed, as the usage shows them; empty where there are none.
    static var alternatives: String { get }
    /// Two calls that work.
    static var examples: [String] { get }
    /// Whether the environment and configuration files give its options values.
    static var isConfigurable: Bool { get }

    /// Parses its arguments into values, and starts nothing.
    init(_ arguments: Arguments) throws
    func run() throws -> ExitStatus
}

extension Command {
    static var details: String { "" }
    static var operands: [Operand] { [] }
    static var options: [any DeclaredOption] { [] }
    static var alternatives: String { "" }
    static var isConfigurable: Bool { true }

    /// The declarations of its own options and of those that each command has.
    static var declarations: [OptionDeclaration] {
        (options + (isConfigurable ? CommonOptions.all : [])).map(\.declaration)
    }

    /// The first word of its name.
    static var group: String { name.split(separator: " ").first.map { String($0) } ?? name }
}

/// What a command is about, beside its options.
struct Operand: Sendable {
    enum Count: Sendable {
        case one, optional, many
    }

    /// As help shows it: `RA`.
    let name: String
    let help: String
    var count = Count.one
    /// The configuration key that names them where the command line does not.
    var key: String?
    var choices: [String] = []

    init(_ name: String, _ help: String, count: Count = .one, key: String? = nil, choices: [String] = []) {
        (self.name, self.help, self.count, self.key, self.choices) = (name, help, count, key, choices)
    }

    var spelling: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .many: "\(name)..."
        }
    }

    /// - Throws: ``UsageError`` where operands are missing or too many.
    static func check(_ operands: [String], _ command: any Command.Type) throws(UsageError) {
        let declared = command.operands
        for (index, operand) in declared.enumerated() where operand.count != .optional && index >= operands.count {
            throw UsageError("\(operand.name), \(operand.help), is missing")
        }
        guard !declared.contains(where: { $0.count == .many }), operands.count > declared.count else { return }
        throw UsageError("'\(operands[declared.count])' is one operand too many for 'nightjar \(command.name)'")
    }
}
