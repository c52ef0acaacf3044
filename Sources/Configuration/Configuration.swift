internal import Foundation

/// The checked content of a configuration file: the setting of each key, by the key's path.
package struct Configuration: Sendable, Hashable {
    /// What a key is set to.
    package enum Setting: Hashable, Sendable {
        case flag(Bool)
        case text(String)
        case list([String])
        case properties([Property])
    }

    /// A property that is passed on by name, such as one of librdkafka's.
    package struct Property: Hashable, Sendable {
        /// The property's name.
        package let name: String
        /// Its value, or where to find it.
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

    /// A value, or the file or environment variable that holds it.
    package enum Value: Hashable, Sendable {
        case plain(String)
        case file(String)
        case environment(String)

        /// The command line's spelling: `${file:PATH}`, `${env:NAME}`.
        static let (fileMark, environmentMark) = ("${file:", "${env:")

        /// Parses a value in the command line's spelling.
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

    /// The member in which `config show` prints where values come from; it is ignored in a file.
    package static let originsName = "origins"
    /// The longest file, bytes.
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
    ///   - file: The file's name in errors.
    ///   - keys: The keys that it may set.
    /// - Throws: All problems of the file.
    package init(
        _ bytes: some Collection<UInt8>, file: String, keys: ConfigurationKeys
    ) throws(ConfigurationError) {
        self.file = file
        let document = try JSON5Value(bytes, file: file)
        var check = ConfigurationCheck(keys)
        check.check(document)
        guard check.problems.isEmpty else { throw ConfigurationError(file: file, problems: check.problems) }
        settings = check.settings
        lines = check.lines
    }

    /// The line that sets a key, from 1.
    package func line(_ path: String) -> Int { lines[path] ?? 1 }

    /// The list that a key is set to; `nil` where it is not set to a list.
    package func list(_ path: String) -> [String]? {
        if case .list(let list) = settings[path] { list } else { nil }
    }

    /// The properties of all keys.
    package var properties: [Property] {
        settings.values.flatMap { (setting) -> [Property] in
            if case .properties(let list) = setting { list } else { [] }
        }
    }

    /// The error for a problem with a key that only the caller can detect.
    package func error(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(file: file, problems: [.init(line: line(path), path: path, reason)])
    }

    /// The error for problems with properties that only the caller can detect.
    package func error(_ reasons: [(property: Property, reason: String)]) -> ConfigurationError {
        ConfigurationError(
            file: file,
            problems: reasons.map { property, reason in
                ConfigurationError.Problem(
                    line: property.line, path: "kafka.properties.\(property.name)", reason)
            })
    }
}
