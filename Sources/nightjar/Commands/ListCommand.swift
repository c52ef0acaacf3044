internal import Alerts
internal import Query

/// `nightjar list --night N --data DIR`
struct ListCommand: Command {
    static let name = "list"
    static let summary = "the alerts of a night, by survey and time, with the filter's verdict"
    static let details = """
        Times are MJD in TAI for every survey. JSON is one array of objects; ids are strings, since many readers of JSON round \
        long numbers. An alert that several folders have is listed once.
        """
    static let options: [any DeclaredOption] = [DataFolders.several, night, passed] + OutputFormat.options
    static let examples = [
        "nightjar list --night 20240915 --data night",
        "nightjar list --night 2024-09-15 --passed --data worker-1 --data worker-2 --format csv",
    ]

    private static let night = NightWord.option("the night, YYYYMMDD or YYYY-MM-DD").required
    private static let passed = Flag("passed", "only those that passed the filter")

    private struct Verdict: AddedColumns {
        let passed: Bool
        let failed_cuts: [String]

        static let names = ["passed", "failed_cuts"]
        static let titles = ["filter"]
        var texts: [String] { [passed ? "true" : "false", failed_cuts.joined(separator: " ")] }
        var cells: [String] { [failed_cuts.isEmpty ? "passed" : "failed \(failed_cuts.joined(separator: ", "))"] }
    }

    private let data: DataFolders
    private let night: Int
    private let passedOnly: Bool
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        data = try DataFolders(arguments)
        night = try arguments.required(Self.night)
        passedOnly = arguments.isOn(Self.passed)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let rows = try data.open().alerts(ofNight: night, passedOnly: passedOnly).map { alert in
            AlertRow(
                survey: alert.survey.name, id: String(alert.row.id), objectId: alert.objectName,
                mjd_tai: alert.row.epoch.mjdTAI, ra: alert.row.ra, dec: alert.row.dec,
                added: Verdict(passed: alert.row.passed, failed_cuts: alert.row.failedCuts))
        }
        if rows.isEmpty { Terminal.info("no alert of night \(night)\(passedOnly ? " passed the filter" : "")") }
        try AlertRow.print(rows, as: format)
        return .done
    }
}
