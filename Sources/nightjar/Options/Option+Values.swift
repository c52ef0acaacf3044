internal import Configuration
internal import Foundation

extension Option where Value == String {
    /// Text that is used as it is: a name, or a path.
    static func text(
        _ name: String, _ valueName: String, _ help: String, key: String? = nil, standard: String? = nil
    ) -> Self {
        Option(
            OptionDeclaration(
                name: name, valueName: valueName, help: help, key: key, kind: .text,
                standard: standard)
        ) { (text) throws(UsageError) in
            guard !text.isEmpty else { throw UsageError("is empty") }
            return text
        }
    }

    /// An address that begins with one of these, and names a host.
    static func address(
        _ name: String, _ valueName: String, _ help: String, beginnings: [String], key: String? = nil
    ) -> Self {
        Option(
            OptionDeclaration(name: name, valueName: valueName, help: help, key: key, kind: .address(beginnings))
        ) { (text) throws(UsageError) in
            let rest = beginnings.lazy.filter { text.hasPrefix($0) }.map { text.dropFirst($0.count) }.first
            guard let first = rest?.first, first != "/" else {
                let forms = valueName.contains("://") ? [valueName] : beginnings.map { $0 + "HOST[:PORT]" }
                throw UsageError("say " + forms.joined(separator: " or "))
            }
            return text
        }
    }
}

extension Option where Value: FixedWidthInteger {
    /// A whole number within bounds.
    static func number(
        _ name: String, _ valueName: String, _ help: String, in range: ClosedRange<Value>, key: String? = nil,
        standard: Value? = nil
    ) -> Self {
        let bounds = (Int(exactly: range.lowerBound) ?? 0)...(Int(exactly: range.upperBound) ?? .max)
        return Option(
            OptionDeclaration(
                name: name, valueName: valueName, help: help, key: key, kind: .number(bounds),
                standard: standard.map { "\($0)" })
        ) { (text) throws(UsageError) in
            guard let value = Value(text), range.contains(value) else {
                throw UsageError("not a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }
}

extension Option {
    /// One of a few words, each with its value.
    static func choice(
        _ name: String, _ help: String, among values: [(name: String, value: Value)], key: String? = nil,
        standard: String? = nil
    ) -> Self {
        let names = values.map(\.name)
        return Option(
            OptionDeclaration(
                name: name, valueName: names.joined(separator: "|"), help: help, key: key,
                kind: .choice(names), standard: standard, choices: names)
        ) { (text) throws(UsageError) in
            guard let value = values.first(where: { $0.name == text })?.value else {
                throw UsageError("there are " + names.joined(separator: ", "), mistyped: text, among: names)
            }
            return value
        }
    }
}
