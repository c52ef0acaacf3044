internal import Configuration
internal import Foundation

/// Where a value comes from; what comes first has precedence.
enum Origin: Hashable, Sendable, CustomStringConvertible {
    case commandLine(option: String)
    case environment(variable: String)
    /// The number counts the files in their order.
    case file(String, number: Int, line: Int)

    /// The smaller has precedence.
    var rank: Int {
        switch self {
        case .commandLine: 0
        case .environment: 1
        case .file(_, let number, _): 2 + number
        }
    }

    /// As errors and `config show` name it.
    var description: String {
        switch self {
        case .commandLine(let option): "--\(option)"
        case .environment(let variable): variable
        case .file(let path, _, let line): "\(path):\(line)"
        }
    }
}

/// A value of an option, as text, and where it comes from.
struct Setting: Sendable {
    let text: String
    let origin: Origin
}

extension [Setting] {
    /// Those of the least precedence first; of one origin in their order, so that the last of a name holds.
    var leastFirst: [Setting] {
        Set(map(\.origin.rank)).sorted(by: >).flatMap { rank in filter { $0.origin.rank == rank } }
    }
}

/// All that may give an option its value: the command line, the environment and configuration files.
struct SettingSources: Sendable {
    let line: CommandLineArguments
    let environment: [String: String]
    let files: [Configuration]

    /// The values of an option, those of the first origin first; of one origin in their order.
    ///
    /// - Throws: ``UsageError`` for a variable of a flag that is neither true nor false.
    func settings(of option: OptionDeclaration, command: String) throws(UsageError) -> [Setting] {
        var settings = (line.values[option.name] ?? []).map {
            Setting(text: $0, origin: .commandLine(option: option.name))
        }
        guard !option.isCommandLineOnly else { return settings }
        if let text = environment[option.variable], !text.isEmpty {
            let origin = Origin.environment(variable: option.variable)
            // Several values stand on a line each.
            let texts =
                option.isFlag
                ? [try Self.flag(text, option)]
                : option.isRepeatable ? text.split(separator: "\n").map { String($0) } : [text]
            settings += texts.map { Setting(text: $0, origin: origin) }
        }
        let path = option.path(of: command)
        for (number, file) in files.enumerated() {
            guard let value = file.settings[path] else { continue }
            let origin = Origin.file(file.file, number: number, line: file.line(path))
            settings += Self.texts(value, option).map { Setting(text: $0, origin: origin) }
        }
        return settings
    }

    private static func flag(_ text: String, _ option: OptionDeclaration) throws(UsageError) -> String {
        switch text.lowercased() {
        case "true", "1", "yes", "on": return "true"
        case "false", "0", "no", "off": return "false"
        default: throw UsageError("\(option.variable) \(text): say true or false")
        }
    }

    private static func texts(_ value: Configuration.Setting, _ option: OptionDeclaration) -> [String] {
        switch value {
        case .flag(let isOn):
            if case .flag(let standard) = option.kind { [isOn != standard ? "true" : "false"] } else { [] }
        case .text(let text): [text]
        case .list(let list): list
        case .properties(let properties): properties.map(\.assignment)
        }
    }
}
