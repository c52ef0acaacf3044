internal import Configuration

/// Options that every command has.
enum CommonOptions {
    static let config = Option<String>.text(
        "config", "FILE", "a configuration file, or gs://BUCKET/FILE; of several the first that names a value holds"
    ).repeatable.with(\.isCommandLineOnly, true)
    static let quiet = Flag("quiet", "no progress: short for --log-level error", key: "quiet")
    static let logLevel = Option<LogLevel>.choice(
        "log-level", "how much is said on standard error", among: LogLevel.allCases.map { ($0.rawValue, $0) },
        key: "logLevel", standard: LogLevel.info.rawValue)

    static let logFormat = Option<LogFormat>.choice(
        "log-format", "how lines on standard error are written: text for people; logfmt or json with time and level",
        among: LogFormat.allCases.map { ($0.rawValue, $0) }, key: "log.format", standard: LogFormat.text.rawValue)

    static let all: [any DeclaredOption] = [config, logFormat, logLevel, quiet]
}

/// How much a command says on standard error.
enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// What fails.
    case error
    /// Progress, and what a reader should know, too.
    case info
    /// Where each option's value comes from, too.
    case debug

    static func < (one: LogLevel, other: LogLevel) -> Bool { one.order < other.order }
    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    init(_ arguments: Arguments) throws(UsageError) {
        let level = try arguments.value(CommonOptions.logLevel) ?? .info
        let isQuiet = arguments.isOn(CommonOptions.quiet)
        guard isQuiet, let quiet = arguments.origin(of: CommonOptions.quiet) else {
            self = level
            return
        }
        guard let other = arguments.origin(of: CommonOptions.logLevel), other.rank <= quiet.rank else {
            self = .error
            return
        }
        guard other.rank < quiet.rank || level == .error else {
            throw UsageError("\(quiet) and \(other) exclude each other")
        }
        self = level
    }
}
