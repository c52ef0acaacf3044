internal import Foundation

/// Checks a document against the known keys, and collects their settings and all problems.
struct ConfigurationCheck {
    /// Problems that are listed at most.
    private static let mostProblems = 50

    private(set) var settings: [String: Configuration.Setting] = [:]
    private(set) var problems: [ConfigurationError.Problem] = []
    private(set) var lines: [String: Int] = [:]
    private let keys: ConfigurationKeys

    init(_ keys: ConfigurationKeys) { self.keys = keys }

    mutating func check(_ document: JSON5Value) {
        guard case .object(let members) = document.content else {
            return report(document.line, "", "a configuration is an object, { ... }, not \(document.kind)")
        }
        check(members, in: "")
        for key in keys.all {
            guard let other = key.excludes, key.path > other, settings[key.path] == .flag(true),
                settings[other] == .flag(true)
            else { continue }
            report(lines[key.path] ?? 1, key.path, "cannot be true while \(other) is, on line \(lines[other] ?? 1)")
        }
    }

    private mutating func report(_ line: Int, _ path: String, _ reason: String) {
        guard problems.count < Self.mostProblems else { return }
        problems.append(ConfigurationError.Problem(line: line, path: path, reason))
    }

    private mutating func check(_ members: [JSON5Value.Member], in section: String) {
        for member in members {
            let path = section.isEmpty ? member.name : "\(section).\(member.name)"
            if let key = keys.at(path), !member.name.contains(".") {
                lines[path] = member.line
                check(member.value, for: key, line: member.line)
            } else if path == Configuration.originsName {
                // 'config show' prints where values come from: the member sets nothing.
                continue
            } else if keys.sections.contains(path) {
                guard case .object(let members) = member.value.content else {
                    report(member.line, path, "must be an object, { ... }, not \(member.value.kind)")
                    continue
                }
                check(members, in: path)
            } else {
                report(member.line, path, "unknown" + Suggestion.text(for: path, keys))
            }
        }
    }

    // MARK: - Values

    private mutating func check(_ value: JSON5Value, for key: ConfigurationKey, line: Int) {
        // `config show` prints null for what is not set.
        if case .null = value.content { return }
        let setting: Configuration.Setting?
        switch key.kind {
        case .flag: setting = flag(value, key, line)
        case .text: setting = text(value, key.path, line).map { .text($0) }
        case .choice(let choices): setting = choice(value, choices, key.path, line)
        case .address(let beginnings): setting = address(value, beginnings, key.path, line)
        case .start: setting = start(value, key.path, line)
        case .number(let range): setting = number(value, range, key.path, line)
        case .list: setting = list(value, key.path, line)
        case .properties: setting = properties(value, key.path, line)
        }
        settings[key.path] = setting
    }

    private mutating func flag(_ value: JSON5Value, _ key: ConfigurationKey, _ line: Int) -> Configuration.Setting? {
        if case .boolean(let isOn) = value.content { return .flag(isOn) }
        report(line, key.path, "must be true or false, not \(value.kind)")
        return nil
    }

    private mutating func text(_ value: JSON5Value, _ path: String, _ line: Int) -> String? {
        guard case .string(let text) = value.content else {
            report(line, path, "must be a text in quotes, not \(value.kind)")
            return nil
        }
        guard !text.isEmpty, !text.contains("\0") else {
            report(line, path, text.isEmpty ? "is empty" : "holds a zero byte")
            return nil
        }
        return text
    }

    private mutating func choice(
        _ value: JSON5Value, _ choices: [String], _ path: String, _ line: Int
    ) -> Configuration.Setting? {
        guard let text = text(value, path, line) else { return nil }
        if choices.contains(text) { return .text(text) }
        report(line, path, "must be one of " + choices.map { "'\($0)'" }.joined(separator: ", "))
        return nil
    }

    private mutating func address(
        _ value: JSON5Value, _ beginnings: [String], _ path: String, _ line: Int
    ) -> Configuration.Setting? {
        guard let text = text(value, path, line) else { return nil }
        guard beginnings.contains(where: { text.hasPrefix($0) && text.count > $0.count && !text.hasPrefix($0 + "/") })
        else {
            report(line, path, "must be " + beginnings.map { Self.form($0) }.joined(separator: " or "))
            return nil
        }
        return .text(text)
    }

    private static func form(_ beginning: String) -> String {
        switch beginning {
        case "pubsub://": beginning + "PROJECT/NAME"
        case "bigquery://": beginning + "PROJECT/DATASET"
        case "gs://": beginning + "BUCKET"
        default: beginning + "HOST[:PORT]/..."
        }
    }

    private mutating func number(
        _ value: JSON5Value, _ range: ClosedRange<Int>, _ path: String, _ line: Int
    ) -> Configuration.Setting? {
        let number: Int? =
            switch value.content {
            case .number(let number): Int(exactly: number)
            // `config show` prints numbers as strings.
            case .string(let text): Int(text)
            default: nil
            }
        if let number, range.contains(number) { return .text(String(number)) }
        report(line, path, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    private mutating func start(_ value: JSON5Value, _ path: String, _ line: Int) -> Configuration.Setting? {
        if case .number(let number) = value.content, let offset = Int64(exactly: number), offset >= 0 {
            return .text(String(offset))
        }
        if case .string(let text) = value.content {
            let isOffset = Int64(text).map { $0 >= 0 } ?? false
            let isTime = (try? Date(text, strategy: .iso8601)) != nil
            if text == "committed" || text == "earliest" || isOffset || isTime { return .text(text) }
        }
        report(line, path, "must be 'committed', 'earliest', an offset, or a time as '2024-09-15T03:00:00Z'")
        return nil
    }

    private mutating func list(_ value: JSON5Value, _ path: String, _ line: Int) -> Configuration.Setting? {
        guard case .array(let elements) = value.content else {
            report(line, path, "must be a list, [ ... ], not \(value.kind)")
            return nil
        }
        var list: [String] = []
        for (index, element) in elements.enumerated() {
            if let text = text(element, "\(path)[\(index)]", element.line) { list.append(text) }
        }
        return .list(list)
    }

    // MARK: - Properties

    private mutating func properties(_ value: JSON5Value, _ path: String, _ line: Int) -> Configuration.Setting? {
        guard case .object(let members) = value.content else {
            report(line, path, "must be an object, { ... }, not \(value.kind)")
            return nil
        }
        var list: [Configuration.Property] = []
        for member in members {
            let memberPath = "\(path).\(member.name)"
            guard !member.name.isEmpty, !member.name.contains(where: { $0 == "=" || $0.isWhitespace || $0 == "\0" })
            else {
                report(member.line, memberPath, "is not a valid property name")
                continue
            }
            guard let value = property(member.value, memberPath, member.line) else { continue }
            list.append(Configuration.Property(name: member.name, value: value, line: member.line))
        }
        return .properties(list)
    }

    private mutating func property(_ value: JSON5Value, _ path: String, _ line: Int) -> Configuration.Value? {
        switch value.content {
        case .boolean(let isOn): return .plain(isOn ? "true" : "false")
        case .number(let number) where number.isFinite: return .plain(JSON5Value.text(number))
        case .string(Redaction.hidden):
            report(line, path, "is the placeholder that 'config show' prints for a secret")
            return nil
        // A property may be empty: librdkafka then uses its default.
        case .string(let text) where !text.contains("\0"): return Configuration.Value(text)
        case .object(let members):
            if members.count == 1, let name = members.first?.name, let source = members.first?.value {
                if name == "file" { return text(source, path + ".file", line).map { .file($0) } }
                if name == "env" { return text(source, path + ".env", line).map { .environment($0) } }
            }
            report(line, path, "must be a value, { file: '/path' } or { env: 'NAME' }")
            return nil
        default:
            report(line, path, "must be a text, a number, true or false, { file: '/path' } or { env: 'NAME' }")
            return nil
        }
    }
}
