internal import Configuration
internal import Foundation

/// A word on the command line that makes no sense; the command ends with status 2.
struct UsageError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }

    /// Says how a command is given, and what may have been meant by a word of it that is none of these.
    init(_ usage: String, mistyped word: String?, among names: [String]) {
        let unknown = word.flatMap { names.contains($0) ? nil : $0 }
        self.init(usage + (unknown.map { Suggestion.text(for: $0, among: names) } ?? ""))
    }
}

/// The words of one call, sorted into what they are: `run night.tar.gz --data here --json` has one operand, one option
/// with a value and one flag.
///
/// `--config FILE` adds what the file says of the options that the command knows; the words themselves come first.
struct Invocation {
    private(set) var operands: [String] = []
    private(set) var options: [String: String] = [:]
    /// Values of the options that may be given several times, in their order.
    private(set) var lists: [String: [String]] = [:]
    /// What the configuration says of those; the values of the words, in ``lists``, are added to it and take precedence.
    private(set) var configured: [String: [String]] = [:]
    private(set) var flags: Set<String> = []
    /// Flags that the words put off: `--no-pure`, or `--plots` for `no-plots`.
    private var putOff: Set<String> = []
    private let known: (values: Set<String>, lists: Set<String>, flags: Set<String>)

    /// Sorts the words.
    ///
    /// - Parameters:
    ///   - words: The words after the command's name.
    ///   - withValue: Options that take a value, as `--data DIR` or `--data=DIR`.
    ///   - repeatable: Options that take a value and may be given several times.
    ///   - known: Options that take none; each may be put off by its opposite, `--no-NAME`.
    ///   - operandsKey: The key of a configuration that names the operands where the words name none.
    /// - Throws: ``UsageError`` for an option that is not known, or lacks its value; what is wrong with the configuration.
    init(
        _ words: some Sequence<String>, withValue: Set<String>, repeatable: Set<String> = [],
        flags known: Set<String> = [],
        operandsKey: String? = nil
    ) throws {
        self.known = (withValue, repeatable, known)
        try sort(words)
        guard let file = options.removeValue(forKey: "config") else { return }
        take(try ConfigurationFile.read(file), operandsKey: operandsKey)
    }

    private mutating func sort(_ words: some Sequence<String>) throws(UsageError) {
        var words = words.makeIterator()
        var onlyOperands = false
        while let word = words.next() {
            guard Self.looksLikeAnOption(word), !onlyOperands else {
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
            if takesValue(name) {
                guard let value = inline ?? words.next() else { throw UsageError("--\(name) needs a value") }
                try set(name, value)
            } else {
                try raise(name, inline)
            }
        }
    }

    /// `-` is standard input; and `-12`, `-0.5` and `-20:00:00` are numbers: ZTF's first ids, southern declinations.
    private static func looksLikeAnOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word != "-" else { return false }
        let digits = word.dropFirst().drop { $0 == "." }
        return digits.first.map { !$0.isASCII || !$0.isWholeNumber } ?? true
    }

    private func takesValue(_ name: String) -> Bool {
        known.values.contains(name) || known.lists.contains(name) || (name == "config" && takesConfiguration)
    }

    /// Whether a configuration can say anything that the command knows.
    private var takesConfiguration: Bool {
        let options = Set(ConfigurationKey.all.filter { isAsked(of: $0) }.map(\.option))
        return !options.isDisjoint(with: known.values.union(known.lists))
    }

    private mutating func set(_ name: String, _ value: String) throws(UsageError) {
        if known.lists.contains(name) {
            lists[name, default: []].append(value)
        } else if options.updateValue(value, forKey: name) != nil {
            throw UsageError("--\(name) is given twice")
        }
    }

    private mutating func raise(_ name: String, _ inline: String?) throws(UsageError) {
        let opposite = name.hasPrefix("no-") ? String(name.dropFirst(3)) : "no-" + name
        let isKnown = known.flags.contains(name)
        guard isKnown || known.flags.contains(opposite) else {
            throw UsageError(Self.unknown(name, among: known.values.union(known.lists).union(known.flags)))
        }
        guard inline == nil else { throw UsageError("--\(name) takes no value") }
        if isKnown { flags.insert(name) } else { putOff.insert(opposite) }
        guard flags.isDisjoint(with: putOff) else { throw UsageError("--\(name) and --\(opposite) exclude each other") }
    }

    // MARK: - Configuration

    /// Adds what a configuration says, where the words say nothing.
    mutating func take(_ configuration: Configuration, operandsKey: String? = nil) {
        for key in ConfigurationKey.all {
            guard let setting = configuration.settings[key.path], isAsked(of: key) else { continue }
            switch setting {
            case .flag(let isOn):
                let other = key.excludes.flatMap { ConfigurationKey.at($0)?.option }
                let isExcluded = other.map { flags.contains($0) } ?? false
                guard known.flags.contains(key.option), !putOff.contains(key.option), !isExcluded else { continue }
                if key.raisesFlag(isOn) { flags.insert(key.option) }
            case .text(let text):
                if known.values.contains(key.option) {
                    options[key.option] = options[key.option] ?? text
                } else if known.lists.contains(key.option) && lists[key.option] == nil {
                    lists[key.option] = [text]
                }
            case .list(let list):
                configured[key.option] = list
                if key.path == operandsKey && operands.isEmpty { operands = list }
            case .properties(let properties):
                if known.lists.contains(key.option) { configured[key.option] = properties.map(\.assignment) }
            }
        }
    }

    /// Whether the command is one that a key's object speaks of: `kafka` is for those that take Kafka's properties, and not
    /// for `topic --follow`; `cloud` for those between Google Cloud's services, and not for `cone --survey`.
    private func isAsked(of key: ConfigurationKey) -> Bool {
        guard let section = key.section else { return true }
        if section == "cloud" {
            return !known.values.isDisjoint(with: ["project", "dead-letters", "settle", "until-idle"])
        }
        let properties = ConfigurationKey.all.first { $0.isProperties && $0.section == section }
        return properties.map { known.lists.contains($0.option) } ?? true
    }

    private static func unknown(_ name: String, among names: Set<String>) -> String {
        "unknown option --\(name)" + Suggestion.text(for: "--" + name, among: names.sorted().map { "--" + $0 })
    }

    func required(_ name: String, _ meaning: String) throws(UsageError) -> String {
        guard let value = options[name], !value.isEmpty else { throw UsageError("--\(name) \(meaning) is missing") }
        return value
    }

    /// The data folders to read as one, each given once by --data.
    func dataFolders() throws(UsageError) -> [String] {
        let folders = (lists["data"] ?? []).filter { !$0.isEmpty }
        guard !folders.isEmpty else { throw UsageError("--data DIR, the data folder, is missing") }
        let places = folders.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        guard Set(places).count == places.count else { throw UsageError("a folder is given twice") }
        return folders
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
