internal import Alerts
internal import Conductor

/// `nightjar night report NIGHT --data DIR`
struct NightReportCommand: Command {
    static let name = "night report"
    static let summary = "a night's receipt: what was received, and what became of it"
    static let details = """
        It is the last receipt that the conductor stored in DIR/nights, or one made now where none is stored: of a stream by \
        the offsets that are the night's, of files by the ledger's rows. Ends with status 1 where the account does not add up.
        """
    static let operands = [NightWord.operand]
    static let options: [any DeclaredOption] = [
        DataFolders.several, ConductedNight.survey, edition, anew, format, json,
    ]
    static let examples = [
        "nightjar night report 20240915 --data night",
        "nightjar night report 2024-09-15 --data /data/ztf --survey ztf --edition 1 --format html",
    ]

    private enum Form: String, CaseIterable, Sendable { case text, json, markdown, html }

    private static let edition = Option<Int>.number(
        "edition", "N", "the Nth receipt of the night; without it the last", in: 1...1_000_000)
    private static let format = Option<Form>.choice(
        "format", "how it is printed", among: Form.allCases.map { ($0.rawValue, $0) },
        standard: Form.text.rawValue)
    private static let json = Flag("json", "short for --format json", key: "json")

    private static let anew = Flag("anew", "accounts for the night by what the folders have now, and stores nothing")

    private let night: Int
    private let data: DataFolders
    private let survey: Survey?
    private let edition: Int?
    private let isAnew: Bool
    private let form: Form

    init(_ arguments: Arguments) throws {
        night = try NightWord.parse(arguments.operands[0])
        data = try DataFolders(arguments)
        survey = try arguments.value(ConductedNight.survey)
        edition = try arguments.value(Self.edition)
        isAnew = arguments.isOn(Self.anew)
        guard edition == nil || !isAnew else { throw UsageError("--edition is a stored receipt, and --anew a new one") }
        let named = try arguments.value(Self.format) ?? .text
        form = arguments.isOn(Self.json) && arguments.origin(of: Self.format) == nil ? .json : named
    }

    func run() throws -> ExitStatus {
        let receipt = try ConductedNight(night, of: survey, in: data).receipt(edition: edition, isAnew: isAnew)
        switch form {
        case .text: try Self.say(receipt)
        case .json: try Terminal.put(json: Array(receipt.json.utf8.dropLast()))
        case .markdown:
            for line in receipt.markdown.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                try Terminal.say(String(line))
            }
        case .html: try Terminal.put(ArraySlice(receipt.html.utf8))
        }
        return receipt.addsUp ? .done : .failed
    }

    private static func say(_ receipt: NightReceipt) throws {
        try Terminal.say("\(receipt.heading): \(receipt.verdict)")
        try Terminal.say(receipt.subheading + (receipt.reason.map { ": \($0)" } ?? ""))
        for section in receipt.sections {
            try Terminal.say("")
            try Terminal.say(section.title)
            if !section.rows.isEmpty {
                for line in TextTable.lines([section.columns] + section.rows) { try Terminal.say("  \(line)") }
            }
            for sentence in section.sentences { try Terminal.say("  \(sentence)") }
        }
    }
}
