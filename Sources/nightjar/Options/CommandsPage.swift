internal import Alerts

/// docs/commands.md, out of the commands' declarations: `nightjar help --markdown > docs/commands.md`.
enum CommandsPage {
    static var text: String {
        let contents = Commands.all.map { command in
            "- [`nightjar \(Help.usage(command, hasOptions: false))`](#\(anchor(command))): \(command.summary)"
        }
        let head = """
            # Commands

            The commands, their options, and the configuration keys that say the same. This page is written by \
            `nightjar help --markdown`.


            """
        let common = """

            ## Options of every command

            \(table(CommonOptions.all.map(\.declaration), of: ""))

            `-h` and `--help` print a command's help. The environment variable of an option is `NIGHTJAR_` and its name in \
            capitals, with `_` for `-`: `NIGHTJAR_LOG_LEVEL`. [configuration.md](configuration.md) says which value holds. \
            `help`, `version`, `completions` and `config check` have no options of these.

            Exit status: 0 done, 1 the work failed or something is missing, 2 wrong usage.

            """
        return head + contents.joined(separator: "\n") + "\n" + common
            + Commands.all.map { section($0) }.joined(separator: "\n")
    }

    private static func section(_ command: any Command.Type) -> String {
        var parts = ["## nightjar \(command.name)", "    nightjar \(Help.usage(command, hasOptions: true))"]
        parts.append("\(command.summary.prefix(1).uppercased())\(command.summary.dropFirst()).")
        if !command.details.isEmpty { parts.append(escaped(command.details)) }
        if !command.operands.isEmpty {
            parts.append(command.operands.map { "- `\($0.spelling)`: \(escaped($0.help))" }.joined(separator: "\n"))
        }
        let options = command.options.map(\.declaration)
        if !options.isEmpty { parts.append(table(options, of: command.name)) }
        parts.append(command.examples.map { "    \($0)" }.joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func table(_ options: [OptionDeclaration], of command: String) -> String {
        let rows = options.map { option in
            let key = option.isCommandLineOnly ? "" : "`\(option.path(of: command))`"
            return "| `\(option.spelling.replacing("|", with: "\\|"))` | \(escaped(Help.text(of: option))) | \(key) |"
        }
        return (["| option | | key |", "|---|---|---|"] + rows).joined(separator: "\n")
    }

    private static func anchor(_ command: any Command.Type) -> String {
        "nightjar-" + command.name.replacing(" ", with: "-")
    }

    /// What means something to Markdown.
    private static func escaped(_ text: String) -> String {
        text.map { "|<>*_[]".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
