/// `nightjar completions bash|zsh`
struct CompletionsCommand: Command {
    static let name = "completions"
    static let summary = "prints the script by which a shell completes commands, options and values"
    static let operands = [Operand("SHELL", "bash or zsh", choices: Shell.allCases.map(\.rawValue))]
    static let examples = [
        "source <(nightjar completions bash)",
        "nightjar completions zsh > ~/.zsh/completions/_nightjar",
    ]
    static let isConfigurable = false

    private enum Shell: String, CaseIterable {
        case bash, zsh
    }

    private let shell: Shell

    init(_ arguments: Arguments) throws {
        let name = arguments.operands[0]
        guard let shell = Shell(rawValue: name) else {
            throw UsageError(
                "'\(name)' is no shell of ours; there are bash and zsh", mistyped: name,
                among: Shell.allCases.map(\.rawValue))
        }
        self.shell = shell
    }

    func run() throws -> ExitStatus {
        let script =
            switch shell {
            case .bash: Completions.bash
            case .zsh: Completions.zsh
            }
        try Terminal.put(ArraySlice((script + "\n").utf8))
        return .done
    }
}
