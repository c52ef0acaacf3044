internal import Configuration

/// The command line, or what stands for it, makes no sense; the command ends with status 2.
struct UsageError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }

    /// Says how a command is given, and what may have been meant by a word of it that is none of these.
    init(_ usage: String, mistyped word: String?, among names: [String]) {
        let unknown = word.flatMap { names.contains($0) ? nil : $0 }
        self.init(usage + (unknown.map { Suggestion.text(for: $0, among: names) } ?? ""))
    }
}
