/// A word on the command line that makes no sense; the command ends with status 2.
struct UsageError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The words of one call, sorted into what they are: `run night.tar.gz --data here --json` has one operand, one option
/// with a value and one flag.
struct Invocation {
    private(set) var operands: [String] = []
    private(set) var options: [String: String] = [:]
    private(set) var flags: Set<String> = []

    /// Sorts the words.
    ///
    /// - Parameters:
    ///   - words: The words after the command's name.
    ///   - withValue: Options that take a value, as `--data DIR` or `--data=DIR`.
    ///   - known: Options that take none.
    /// - Throws: ``UsageError`` for an option that is not known, or lacks its value.
    init(_ words: some Sequence<String>, withValue: Set<String>, flags known: Set<String> = []) throws(UsageError) {
        var words = words.makeIterator()
        var onlyOperands = false
        while let word = words.next() {
            guard word.hasPrefix("-"), word != "-", !onlyOperands else {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            guard word.hasPrefix("--") else { throw UsageError("unknown option \(word)") }
            let name = String(word.dropFirst(2).prefix { $0 != "=" })
            let inline: String? = word.contains("=") ? String(word.drop { $0 != "=" }.dropFirst()) : nil
            if withValue.contains(name) {
                guard let value = inline ?? words.next() else { throw UsageError("--\(name) needs a value") }
                guard options.updateValue(value, forKey: name) == nil else {
                    throw UsageError("--\(name) is given twice")
                }
            } else if known.contains(name) {
                guard inline == nil else { throw UsageError("--\(name) takes no value") }
                flags.insert(name)
            } else {
                throw UsageError(Self.unknown(name, among: withValue.union(known)))
            }
        }
    }

    private static func unknown(_ name: String, among names: Set<String>) -> String {
        let near = names.sorted().first { $0.hasPrefix(name.prefix(3)) || name.hasPrefix($0.prefix(3)) }
        return "unknown option --\(name)" + (near.map { "; did you mean --\($0)?" } ?? "")
    }

    func required(_ name: String, _ meaning: String) throws(UsageError) -> String {
        guard let value = options[name], !value.isEmpty else { throw UsageError("--\(name) \(meaning) is missing") }
        return value
    }

    /// A whole number within bounds.
    func number<Number: FixedWidthInteger>(_ name: String, in range: ClosedRange<Number>) throws(UsageError) -> Number?
    {
        guard let text = options[name] else { return nil }
        guard let value = Number(text), range.contains(value) else {
            throw UsageError("--\(name) \(text): not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The one operand of a call that takes just one.
    func soleOperand(_ meaning: String) throws(UsageError) -> String {
        guard let operand = operands.first else { throw UsageError("\(meaning) is missing") }
        guard operands.count == 1 else { throw UsageError("one \(meaning) only, but \(operands.count) are given") }
        return operand
    }
}
