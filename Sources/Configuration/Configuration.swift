internal import Foundation

/// What a configuration file says, checked: each key's setting by the key's path.
package struct Configuration: Sendable, Hashable {
    /// What a key is set to.
    package enum Setting: Hashable, Sendable {
        case flag(Bool)
        case text(String)
        case list([String])
        case properties([Property])
    }

    /// A property that is handed on by name, as one of librdkafka's.
    package struct Property: Hashable, Sendable {
        /// The property's name.
        package let name: String
        /// Its value, or where that is found.
        package let value: Value
        /// The line of the file that sets it, from 1.
        package let line: Int

        /// `name=value`, as the command line writes it.
        package var assignment: String {
            switch value {
            case .plain(let text): "\(name)=\(text)"
            case .file(let path): "\(name)=\(Value.fileMark)\(path)}"
            case .environment(let variable): "\(name)=\(Value.environmentMark)\(variable)}"
            }
        }
    }

    /// A value, or where it is to be found when it is needed.
    package enum Value: Hashable, Sendable {
        case plain(String)
        case file(String)
        case environment(String)

        /// As the command line writes them: `${file:PATH}`, `${env:NAME}`.
        static let (fileMark, environmentMark) = ("${file:", "${env:")

        /// Reads a value as the command line writes it.
        package init(_ text: String) {
            func inside(_ mark: String) -> String? {
                text.hasPrefix(mark) && text.hasSuffix("}") ? String(text.dropFirst(mark.count).dropLast()) : nil
            }
            if let path = inside(Self.fileMark) {
                self = .file(path)
            } else if let variable = inside(Self.environmentMark) {
                self = .environment(variable)
            } else {
                self = .plain(text)
            }
        }
    }

    /// The member in which `config show` says where values come from; a file that has it sets nothing by it.
    package static let originsName = "origins"
    /// A file may have this many bytes.
    package static let longest = 1 << 20

    /// The file, as it was named.
    package let file: String
    /// What each key is set to, by its path.
    package let settings: [String: Setting]
    /// The line of each key.
    private let lines: [String: Int]

    /// Reads and checks a file's content.
    ///
    /// - Parameters:
    ///   - bytes: JSON5 in UTF-8.
    ///   - file: What errors call it.
    ///   - keys: What it may say.
    /// - Throws: All that is wrong with it.
    package init(
        _ bytes: some Collection<UInt8>, file: String, keys: ConfigurationKeys
    ) throws(ConfigurationError) {
        self.file = file
        guard bytes.count <= Self.longest else {
            throw ConfigurationError(file: file, problems: [.init(line: 1, "longer than \(Self.longest) bytes")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(file: file, problems: [.init(line: 1, "not UTF-8")])
        }
        let document: JSON5Value
        do throws(ConfigurationError.Problem) { document = try JSON5Parser.parse(text) } catch {
            throw ConfigurationError(file: file, problems: [error])
        }
        var check = ConfigurationCheck(keys)
        check.take(document)
        guard check.problems.isEmpty else { throw ConfigurationError(file: file, problems: check.problems) }
        settings = check.settings
        lines = check.lines
    }

    /// The line that sets a key, from 1.
    package func line(_ path: String) -> Int { lines[path] ?? 1 }

    /// The list that a key is set to; `nil` where it is set to none.
    package func list(_ path: String) -> [String]? {
        if case .list(let list) = settings[path] { list } else { nil }
    }

    /// The properties of all keys.
    package var properties: [Property] {
        settings.values.flatMap { (setting) -> [Property] in
            if case .properties(let list) = setting { list } else { [] }
        }
    }

    /// The error of what only the caller could find wrong with a key.
    package func error(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(file: file, problems: [.init(line: line(path), path: path, reason)])
    }

    /// The error of what only the caller could find wrong with properties.
    package func error(_ reasons: [(property: Property, reason: String)]) -> ConfigurationError {
        ConfigurationError(
            file: file,
            problems: reasons.map { property, reason in
                ConfigurationError.Problem(
                    line: property.line, path: "kafka.properties.\(property.name)", reason)
            })
    }
}
