internal import Configuration

/// What follows a command's name on the command line, sorted into operands and options by the command's declarations.
struct CommandLineArguments: Sendable {
    /// What is no option, in order.
    private(set) var operands: [String] = []
    /// The values of each option by its name, in order; of a flag `true` or `false`.
    private(set) var values: [String: [String]] = [:]
    private let options: [OptionDeclaration]

    /// Sorts the arguments.
    ///
    /// - Throws: ``UsageError`` for an option that is not declared, lacks its value, or is given twice.
    init(_ arguments: some Sequence<String>, options: [OptionDeclaration]) throws(UsageError) {
        self.options = options
        var rest = Array(arguments)[...]
        var hasOperandsOnly = false
        while let argument = rest.popFirst() {
            if hasOperandsOnly || !Self.looksLikeAnOption(argument) {
                operands.append(argument)
            } else if argument == "--" {
                hasOperandsOnly = true
            } else {
                try add(argument, &rest)
            }
        }
    }

    /// `-` is standard input; and `-12`, `-0.5` and `-20:00:00` are numbers: ZTF's first ids, southern declinations.
    private static func looksLikeAnOption(_ argument: String) -> Bool {
        guard argument.hasPrefix("-"), argument != "-" else { return false }
        let digits = argument.dropFirst().drop { $0 == "." }
        return digits.first.map { !$0.isASCII || !$0.isWholeNumber } ?? true
    }

    private mutating func add(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        guard argument.hasPrefix("--") else { throw UsageError("unknown option \(argument)") }
        let name = String(argument.dropFirst(2).prefix { $0 != "=" })
        let inline = argument.contains("=") ? String(argument.drop { $0 != "=" }.dropFirst()) : nil
        guard let option = options.first(where: { $0.name == name && !$0.isFlag }) else {
            return try addFlag(name, inline)
        }
        var value = inline
        if value == nil, option.isValueOptional {
            value = rest.first.flatMap { Double($0) } == nil ? "" : rest.popFirst()
        }
        guard let value = value ?? rest.popFirst() else { throw UsageError("--\(name) needs a value") }
        guard option.isRepeatable || values[name] == nil else { throw UsageError("--\(name) is given twice") }
        values[name, default: []].append(value)
    }

    private mutating func addFlag(_ name: String, _ inline: String?) throws(UsageError) {
        let opposite = name.hasPrefix("no-") ? String(name.dropFirst(3)) : "no-" + name
        let flags = options.filter(\.isFlag).map(\.name)
        let isDeclared = flags.contains(name)
        guard isDeclared || flags.contains(opposite) else {
            let names = (options.map(\.name) + ["help"]).sorted().map { "--" + $0 }
            throw UsageError("unknown option --\(name)" + Suggestion.text(for: "--" + name, among: names))
        }
        guard inline == nil else { throw UsageError("--\(name) takes no value") }
        let (flag, value) = isDeclared ? (name, "true") : (opposite, "false")
        guard values[flag] == nil || values[flag] == [value] else {
            throw UsageError("--\(name) and --\(opposite) exclude each other")
        }
        values[flag] = [value]
    }
}
