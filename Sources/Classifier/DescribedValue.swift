internal import Configuration
internal import Foundation

/// A value of a description, with its path, so that what is wrong with it can be said with its place.
struct DescribedValue {
    let file: String
    /// Its path, as `inputs.curve.lightCurve`; empty for the whole document.
    let field: String
    private let value: JSON5Value

    /// Reads a file's bytes.
    init(_ bytes: [UInt8], file: String) throws(ClassifierError) {
        do throws(ConfigurationError) { value = try JSON5Value(bytes, file: file) } catch {
            throw ClassifierError(file, line: error.problems.first?.line, error.problems.first?.reason ?? "no JSON5")
        }
        (self.file, field) = (file, "")
    }

    private init(file: String, field: String, value: JSON5Value) {
        (self.file, self.field, self.value) = (file, field, value)
    }

    /// The error for what is wrong with the value.
    func wrong(_ reason: String) -> ClassifierError {
        ClassifierError(file, line: value.line, field: field.isEmpty ? nil : field, reason)
    }

    private func must(_ be: String) -> ClassifierError { wrong("must be \(be), not \(value.kind)") }

    // MARK: - Objects and lists

    /// The members of an object, in order.
    ///
    /// - Parameter count: How many there may be.
    /// - Returns: Their names and values.
    /// - Throws: ``ClassifierError`` for what is no such object.
    func members(_ count: ClosedRange<Int>) throws(ClassifierError) -> [(name: String, value: DescribedValue)] {
        guard case .object(let members) = value.content else { throw must("an object, { ... }") }
        guard count.contains(members.count) else {
            throw wrong("has \(members.count) members; \(count.lowerBound) to \(count.upperBound) are taken")
        }
        return members.map { member in
            let path = field.isEmpty ? member.name : "\(field).\(member.name)"
            return (member.name, DescribedValue(file: file, field: String(path.prefix(200)), value: member.value))
        }
    }

    /// The members of an object that knows just these names.
    func object(_ known: [String]) throws(ClassifierError) -> [String: DescribedValue] {
        var object: [String: DescribedValue] = [:]
        for (name, value) in try members(0...known.count + 1) {
            guard known.contains(name) else {
                throw value.wrong(
                    "unknown" + Suggestion.text(for: name, among: known) + "; known are "
                        + known.joined(separator: ", "))
            }
            object[name] = value
        }
        return object
    }

    /// The values of a list.
    func list(_ count: ClosedRange<Int>) throws(ClassifierError) -> [DescribedValue] {
        guard case .array(let values) = value.content else { throw must("a list, [ ... ]") }
        guard count.contains(values.count) else {
            throw wrong("has \(values.count) values; \(count.lowerBound) to \(count.upperBound) are taken")
        }
        return values.enumerated().map { number, value in
            DescribedValue(file: file, field: "\(field)[\(number)]", value: value)
        }
    }

    // MARK: - Single values

    /// Whether it is a text.
    var isText: Bool { if case .string = value.content { true } else { false } }

    /// A text of one to 200 characters.
    func text() throws(ClassifierError) -> String {
        guard case .string(let text) = value.content else { throw must("a text in quotes") }
        guard (1...200).contains(text.count), text.allSatisfy({ !$0.isNewline && $0 != "\0" }) else {
            throw wrong("is no text of 1 to 200 characters on one line")
        }
        return text
    }

    /// A name as columns have it.
    func name() throws(ClassifierError) -> String {
        let text = try text()
        guard text.wholeMatch(of: ClassifierDescription.namePattern) != nil else {
            throw wrong("'\(text)' is no name: a small letter, then at most 30 of a-z, 0-9 and _")
        }
        return text
    }

    /// One of some values, by their words.
    func choice<Value: CaseIterable & RawRepresentable<String>>(
        _ type: Value.Type = Value.self
    ) throws(ClassifierError) -> Value {
        let text = try text()
        guard let value = Value(rawValue: text) else {
            throw wrong("'\(text)' is none of " + Value.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))
        }
        return value
    }

    /// A finite number within bounds.
    func number(
        in range: ClosedRange<Double> = -1e30...1e30
    ) throws(ClassifierError) -> Double {
        guard case .number(let number) = value.content else { throw must("a number") }
        guard range.contains(number) else { throw wrong("is not from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    /// A whole number within bounds.
    func count(in range: ClosedRange<Int>) throws(ClassifierError) -> Int {
        guard case .number(let number) = value.content, let whole = Int(exactly: number), range.contains(whole) else {
            throw wrong("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return whole
    }
}

extension [String: DescribedValue] {
    /// The value of a name that must be there.
    func required(_ name: String, of whole: DescribedValue) throws(ClassifierError) -> DescribedValue {
        guard let value = self[name] else { throw whole.wrong("'\(name)' is missing") }
        return value
    }
}
