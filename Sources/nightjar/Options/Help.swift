internal import Alerts
internal import Configuration

/// The text of `nightjar help`, out of the commands' declarations.
enum Help {
    static let version = "0.1.0"
    /// Columns of a line.
    private static let width = 110
    /// The longest name that has its text beside it.
    private static let longestName = 36

    // MARK: - Overview

    static var overview: [String] {
        let head = """
            nightjar: takes the alert packets of a sky survey (\(Survey.titles)), archives them, puts them in tables, \
            filters them, fits the supernovae, and publishes the results as streams.
            """
        let tail = [
            """
            'nightjar help COMMAND' and 'nightjar COMMAND --help' say more. Commands that only read take --data several \
            times, and read the folders as one: workers of a group have one each.
            """,
            """
            An option's value comes from the command line, else from the environment variable NIGHTJAR_NAME, else from a \
            configuration file: --config FILE, the one that NIGHTJAR_CONFIG names, or /etc/nightjar/*.json5.
            """,
            "Exit status: 0 done, 1 the work failed or something is missing, 2 wrong usage.",
        ]
        let commands = Commands.all.map { (name: "nightjar " + usage($0, hasOptions: false), text: $0.summary) }
        return wrapped(head, width) + [""] + entries(commands) + [""] + tail.flatMap { wrapped($0, width) }
    }

    // MARK: - One command

    static func lines(of command: any Command.Type) -> [String] {
        var lines = wrapped("nightjar " + usage(command, hasOptions: true), width, indent: 16)
        lines += [""] + wrapped("\(command.summary.prefix(1).uppercased())\(command.summary.dropFirst()).", width)
        let details = command.details.split(separator: "\n\n", omittingEmptySubsequences: true)
        for paragraph in details { lines += [""] + wrapped(String(paragraph), width) }
        let operands = command.operands.map { (name: $0.spelling, text: $0.help) }
        if !operands.isEmpty { lines += [""] + entries(operands) }
        let options = command.declarations.map { (name: $0.spelling, text: text(of: $0)) }
        if !options.isEmpty { lines += ["", "Options:"] + entries(options) }
        return lines + ["", "Examples:"] + command.examples.map { "  " + $0 }
    }

    /// What help says of an option.
    static func text(of option: OptionDeclaration) -> String {
        let standard = option.standard.map { " (\($0))" } ?? ""
        return option.help + standard + (option.isRepeatable ? "; may be repeated" : "")
    }

    /// `cone RA DEC RADIUS --data DIR [options]`
    static func usage(_ command: any Command.Type, hasOptions: Bool) -> String {
        let required = command.declarations.filter(\.isRequired).map(\.spelling)
        let isMore = hasOptions && command.declarations.contains { !$0.isRequired }
        let alternatives = command.alternatives.isEmpty ? [] : ["(\(command.alternatives))"]
        let operands = command.operands.map(\.spelling)
        return ([command.name] + operands + required + alternatives + (isMore ? ["[options]"] : []))
            .joined(separator: " ")
    }

    // MARK: - Layout

    /// Names with their texts beside them, or below where a name is long.
    private static func entries(_ entries: [(name: String, text: String)]) -> [String] {
        let names = entries.map(\.name.count).filter { $0 <= longestName }
        let column = 4 + (names.max() ?? 0)
        return entries.flatMap { name, text in
            let lines = wrapped(text, width - column).map { String(repeating: " ", count: column) + $0 }
            let head = "  " + name
            guard name.count <= longestName, let first = lines.first else { return [head] + lines }
            return [head + first.dropFirst(head.count)] + lines.dropFirst()
        }
    }

    /// A text in lines of at most `width` columns, those after the first indented.
    private static func wrapped(_ text: String, _ width: Int, indent: Int = 0) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty && line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent) + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return lines + [line]
    }
}
