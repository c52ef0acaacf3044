internal import Configuration
internal import Foundation

/// `nightjar config show [FILE]`
struct ConfigShowCommand: Command {
    static let name = "config show"
    static let summary = "prints what holds as JSON, and where each value comes from, secrets hidden"
    static let details = """
        It is a configuration itself. The command line has precedence, then the environment, then FILE and the other \
        configuration files. The member "origins" has for each value the option, the variable or the file and line that it \
        comes from, or "default". Keys of a single command are printed where they are set.
        """
    static let operands = [Operand("FILE", "a configuration, or gs://BUCKET/FILE", count: .optional)]
    /// Those that have a key of their own; the others are set by variable or file.
    static var options: [any DeclaredOption] {
        var names = Set(CommonOptions.all.map { $0.declaration.name })
        var options: [any DeclaredOption] = []
        for command in Commands.configurable {
            for option in command.declarations where option.key != nil && names.insert(option.name).inserted {
                options.append(ShownOption(of: option))
            }
        }
        return options
    }

    /// An option of another command, whose value is shown.
    private struct ShownOption: DeclaredOption {
        let declaration: OptionDeclaration

        init(of declaration: OptionDeclaration) {
            var declaration = declaration
            declaration.isRequired = false
            self.declaration = declaration
        }
    }

    static let examples = [
        "nightjar config show night.json5", "nightjar config show night.json5 --no-plots --group mine",
    ]

    private let sources: SettingSources

    init(_ arguments: Arguments) throws {
        var files = arguments.sources.files
        if let path = arguments.operands.first { files.insert(try ConfigurationFile.read(path), at: 0) }
        sources = SettingSources(
            line: arguments.sources.line, environment: arguments.sources.environment, files: files)
    }

    func run() throws -> ExitStatus {
        var document = ShownConfiguration()
        for command in Commands.configurable {
            for key in command.operands.compactMap(\.key) {
                let file = sources.files.first { $0.list(key) != nil }
                document.set(
                    key, .list((file?.list(key) ?? []).map { Redaction.shown($0) }),
                    file.map { "\($0.file):\($0.line(key))" })
            }
            let arguments = try Arguments(command.declarations, of: command.name, sources)
            for option in command.declarations where !option.isCommandLineOnly {
                // What the command line says is said of the options that are shared.
                let settings = arguments.settings(of: option).filter { option.key != nil || $0.origin.rank > 0 }
                guard option.key != nil || !settings.isEmpty else { continue }
                let value = option.isFlag ? Self.shown(option, arguments) : Self.shown(option, settings)
                document.set(option.path(of: command.name), value, Self.origins(of: option, settings))
            }
        }
        try Terminal.put(json: document.json())
        return .done
    }

    /// Where a value comes from; that of properties may come from several.
    private static func origins(of option: OptionDeclaration, _ settings: [Setting]) -> String? {
        guard option.kind == .properties else { return settings.first.map { "\($0.origin)" } }
        var origins: [String] = []
        for setting in settings where !origins.contains("\(setting.origin)") { origins.append("\(setting.origin)") }
        return origins.isEmpty ? nil : origins.joined(separator: ", ")
    }

    /// A flag, which another of more precedence may have switched off.
    private static func shown(_ option: OptionDeclaration, _ arguments: Arguments) -> ShownConfiguration.Value {
        .flag(arguments.isOn(option) != (option.kind == .flag(standard: true)))
    }

    private static func shown(_ option: OptionDeclaration, _ settings: [Setting]) -> ShownConfiguration.Value {
        guard option.kind == .properties else {
            let standard =
                switch option.name {
                case ModelOptions.folderName: ModelOptions.standardFolder
                case SchemaOptions.folderName: StandardFolder.schemas.path
                default: option.standard
                }
            return (settings.first?.text ?? standard).map { .text(Redaction.shown($0)) } ?? .none
        }
        var properties: [String: ShownConfiguration.Value] = [:]
        for assignment in settings.leastFirst.map(\.text) {
            let name = String(assignment.prefix { $0 != "=" })
            properties[name] = shown(name, String(assignment.dropFirst(name.count + 1)))
        }
        return .object(properties)
    }

    /// A property's value: where a secret is found, but never the secret.
    private static func shown(_ name: String, _ value: String) -> ShownConfiguration.Value {
        switch Configuration.Value(value) {
        case .file(let path): .object(["file": .text(path)])
        case .environment(let variable): .object(["env": .text(variable)])
        case .plain(let text): .text(Redaction.isSecret(name) ? Redaction.hidden : Redaction.shown(text))
        }
    }
}
