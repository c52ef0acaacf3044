internal import Configuration

/// A night as a person writes it.
enum NightWord {
    /// The night that is listed alone.
    static let filter = option("only what is of night N, YYYYMMDD or YYYY-MM-DD")

    /// An option that names a night.
    static func option(_ help: String) -> Option<Int> {
        Option(OptionDeclaration(name: "night", valueName: "N", help: help, kind: .text), parse: parse)
    }

    /// The operand of commands that are about one.
    static let operand = Operand("NIGHT", "a night, YYYYMMDD or YYYY-MM-DD")

    /// Reads `20240915` or `2024-09-15`.
    @Sendable static func parse(_ text: String) throws(UsageError) -> Int {
        let isDate = text.wholeMatch(of: /\d{8}|\d{4}-\d{2}-\d{2}/) != nil
        guard isDate, let night = Int(text.replacing("-", with: "")) else {
            throw UsageError("write a night as 20240915 or 2024-09-15")
        }
        return night
    }
}
