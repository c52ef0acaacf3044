internal import Configuration

/// An option of a command, declared once: its help, its configuration key, its environment variable, its completion and its
/// entry in docs/commands.md follow from the declaration.
protocol DeclaredOption: Sendable {
    /// All of the option but how its value is parsed.
    var declaration: OptionDeclaration { get }
}

/// What an option is, apart from the type of its value.
struct OptionDeclaration: Sendable {
    /// The name without dashes.
    let name: String
    /// What stands for the value in help, as `DIR`; `nil` for a flag.
    let valueName: String?
    /// What the option does, in a line or two.
    let help: String
    /// The path of its configuration key; `nil` for one below the command's own name.
    var key: String?
    /// What values its configuration key takes.
    let kind: ConfigurationKey.Kind
    /// The value that holds where none is given.
    var standard: String?
    /// Whether the option may be given several times.
    var isRepeatable = false
    /// Whether the command does not work without it.
    var isRequired = false
    /// Whether `--NAME` may stand without a value.
    var isValueOptional = false
    /// Whether it is a confirmation, which only the command line gives.
    var isCommandLineOnly = false
    /// The values that it may have, where they are few.
    var choices: [String] = []
    /// The name of a flag that cannot be on beside this one.
    var excludes: String?

    /// Whether it takes no value.
    var isFlag: Bool { valueName == nil }
    /// The environment variable that gives its value.
    var variable: String { "NIGHTJAR_" + name.uppercased().replacing("-", with: "_") }
    /// `--data DIR`, as help shows it.
    var spelling: String {
        guard let valueName else { return "--\(name)" }
        return isValueOptional ? "--\(name) [\(valueName)]" : "--\(name) \(valueName)"
    }

    /// The configuration key that says the same for a command.
    func key(of command: String) -> ConfigurationKey? {
        isCommandLineOnly ? nil : ConfigurationKey(path(of: command), kind, excludes: excludedKey)
    }

    /// The path of that key.
    func path(of command: String) -> String {
        key ?? Self.camelCased(String(command.prefix { $0 != " " })) + "." + Self.camelCased(name)
    }

    /// The flag that excludes this one stands in the same section of a configuration.
    private var excludedKey: String? {
        guard let excludes, let key, let dot = key.lastIndex(of: ".") else { return nil }
        return key[...dot] + Self.camelCased(excludes)
    }

    /// dead-letters list -> deadLettersList
    static func camelCased(_ name: String) -> String {
        let parts = name.split { $0 == "-" || $0 == " " }
        return parts.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }.joined()
    }
}

/// An option with a value.
struct Option<Value: Sendable>: DeclaredOption {
    var declaration: OptionDeclaration
    /// Makes the value of its text, or says why it cannot.
    let parse: @Sendable (String) throws(UsageError) -> Value

    init(_ declaration: OptionDeclaration, parse: @escaping @Sendable (String) throws(UsageError) -> Value) {
        self.declaration = declaration
        self.parse = parse
    }

    /// The same option, with something declared otherwise.
    func with<Property>(_ property: WritableKeyPath<OptionDeclaration, Property>, _ value: Property) -> Self {
        var option = self
        option.declaration[keyPath: property] = value
        return option
    }

    /// The same option, without which the command does not work.
    var required: Self { with(\.isRequired, true) }
    /// The same option, which may be given several times.
    var repeatable: Self { with(\.isRepeatable, true) }
}

/// An option without a value; `--no-NAME` switches off what a configuration or the environment has switched on.
struct Flag: DeclaredOption {
    let declaration: OptionDeclaration

    init(_ name: String, _ help: String, key: String? = nil, excludes: String? = nil, isCommandLineOnly: Bool = false) {
        // A key says what is done, and the flag of what is done by default switches it off.
        let isNegative = name.hasPrefix("no-") && key.map { !$0.hasPrefix("no") } ?? false
        declaration = OptionDeclaration(
            name: name, valueName: nil, help: help, key: key, kind: .flag(standard: isNegative),
            isCommandLineOnly: isCommandLineOnly, excludes: excludes)
    }
}
