internal import Configuration
internal import Foundation

/// What a command is called with: operands, and the values of its options from the command line, else the environment, else
/// configuration files.
struct Arguments: Sendable {
    /// The operands; where the command line has none, those of the configuration.
    let operands: [String]
    /// What the configuration names as operands.
    let configuredOperands: [String]
    /// The configuration files that the command line names.
    let configurationFiles: [String]
    /// Where the values come from.
    let sources: SettingSources
    private let settings: [String: [Setting]]

    /// Reads the values of options.
    ///
    /// - Parameters:
    ///   - declarations: The options.
    ///   - command: The name of their command, below which the keys stand that they have alone.
    ///   - operands: What the command is about.
    ///   - sources: What gives the values.
    /// - Throws: ``UsageError`` for values that do not go together.
    init(
        _ declarations: [OptionDeclaration], of command: String, operands: [Operand] = [], _ sources: SettingSources
    ) throws(UsageError) {
        var settings: [String: [Setting]] = [:]
        for option in declarations { settings[option.name] = try sources.settings(of: option, command: command) }
        self.settings = settings
        self.sources = sources
        configurationFiles = sources.line.values["config"] ?? []
        let key = operands.compactMap(\.key).first
        configuredOperands = key.map { key in sources.files.lazy.compactMap { $0.list(key) }.first ?? [] } ?? []
        // What may be left out says something by that.
        let isFilled = sources.line.operands.isEmpty && operands.first?.count != .optional
        self.operands = isFilled ? configuredOperands : sources.line.operands
        for option in declarations { try checkExclusion(option) }
    }

    /// Reads what a command is called with.
    ///
    /// - Throws: ``UsageError`` for values that do not go together, and for operands that are missing or too many.
    init(_ command: any Command.Type, _ sources: SettingSources) throws(UsageError) {
        try self.init(command.declarations, of: command.name, operands: command.operands, sources)
        try Operand.check(operands, command)
    }

    private func checkExclusion(_ option: OptionDeclaration) throws(UsageError) {
        guard let other = option.excludes, let own = on(option.name), let its = on(other), own.rank == its.rank else {
            return
        }
        throw UsageError("\(own) and \(its) exclude each other")
    }

    /// Where a flag is switched on.
    private func on(_ name: String) -> Origin? {
        settings[name]?.first.flatMap { $0.text == "true" ? $0.origin : nil }
    }

    // MARK: - Values

    /// Whether a flag is on; what it excludes may be on by an origin of more precedence.
    func isOn(_ flag: Flag) -> Bool { isOn(flag.declaration) }

    /// Whether the flag that is declared so is on.
    func isOn(_ flag: OptionDeclaration) -> Bool {
        guard let own = on(flag.name) else { return false }
        guard let other = flag.excludes.flatMap({ on($0) }) else { return true }
        return own.rank < other.rank
    }

    /// The value of an option, or the standard one.
    ///
    /// - Throws: ``UsageError`` for a text that is no value of the option.
    func value<Value>(_ option: Option<Value>) throws(UsageError) -> Value? {
        if let setting = settings[option.declaration.name]?.first { return try Self.parse(setting, option) }
        guard let standard = option.declaration.standard else { return nil }
        return try option.parse(standard)
    }

    /// The value of an option without which nothing works.
    func required<Value>(_ option: Option<Value>) throws(UsageError) -> Value {
        guard let value = try value(option) else {
            throw UsageError("\(option.declaration.spelling) is missing")
        }
        return value
    }

    /// The values of an option that may be given several times: those of the first origin that has some.
    func values<Value>(_ option: Option<Value>) throws(UsageError) -> [Value] {
        guard let all = settings[option.declaration.name], let first = all.first else { return [] }
        var values: [Value] = []
        for setting in all where setting.origin == first.origin { values.append(try Self.parse(setting, option)) }
        return values
    }

    /// All values of an option, those of the least precedence first.
    func layers<Value>(_ option: Option<Value>) -> [Setting] { settings(of: option.declaration).leastFirst }

    /// All values of the option that is declared so, those of the first origin first.
    func settings(of option: OptionDeclaration) -> [Setting] { settings[option.name] ?? [] }

    /// Where the value of an option comes from; `nil` where none is given.
    func origin(of option: some DeclaredOption) -> Origin? { settings[option.declaration.name]?.first?.origin }

    /// The options that have values, with where these come from, for a log.
    var origins: [String] {
        settings.sorted { $0.key < $1.key }.compactMap { name, settings in
            settings.first.map { "--\(name) comes from \($0.origin)" }
        }
    }

    private static func parse<Value>(_ setting: Setting, _ option: Option<Value>) throws(UsageError) -> Value {
        do { return try option.parse(setting.text) } catch {
            throw UsageError("\(setting.origin) \(Redaction.shown(setting.text)): \(error)")
        }
    }
}
