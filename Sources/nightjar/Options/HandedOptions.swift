internal import Foundation

/// The values of options as words that mean the same in another process: all that the environment and configuration files say
/// is in them, and paths are absolute.
enum HandedOptions {
    static func words(_ options: [any DeclaredOption], of arguments: Arguments) -> [String] {
        options.map(\.declaration).flatMap { option -> [String] in
            guard let first = arguments.settings(of: option).first else { return [] }
            guard !option.isFlag else { return arguments.isOn(option) ? ["--\(option.name)"] : [] }
            let values = arguments.settings(of: option).filter { $0.origin == first.origin }.map(\.text)
            return (option.isRepeatable ? values : [first.text]).flatMap { value in
                ["--\(option.name)", isPath(option) ? absolute(value) : value]
            }
        }
    }

    /// The arguments that such words make.
    ///
    /// - Throws: ``UsageError`` for words that are not those of the options.
    static func arguments(_ words: [String], of options: [any DeclaredOption], for command: String) throws -> Arguments
    {
        let declarations = options.map(\.declaration)
        let line = try CommandLineArguments(words, options: declarations)
        return try Arguments(declarations, of: command, SettingSources(line: line, environment: [:], files: []))
    }

    private static func isPath(_ option: OptionDeclaration) -> Bool {
        option.valueName.map { $0 == "DIR" || $0.hasPrefix("FILE") } ?? false
    }

    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }
}
