internal import Alerts
internal import Configuration
internal import Foundation
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

    private static let night = Option<Int>(
        OptionDeclaration(name: "night", valueName: "N", help: "the night, YYYYMMDD or YYYY-MM-DD", kind: .text)
    ) { (text) throws(UsageError) in
        let isDate = text.wholeMatch(of: /\d{8}|\d{4}-\d{2}-\d{2}/) != nil
        guard isDate, let night = Int(text.replacing("-", with: "")) else {
            throw UsageError("write a night as 20240915 or 2024-09-15")
        }
        return night
    }.required
    private static let passed = Flag("passed", "only those that passed the filter")

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
        let rows = try data.open().alerts(ofNight: night, passedOnly: passedOnly).map { Row($0) }
        if rows.isEmpty { Terminal.info("no alert of night \(night)\(passedOnly ? " passed the filter" : "")") }
        switch format {
        case .json: try Terminal.put(encoded: rows)
        case .csv:
            for line in [Row.CodingKeys.allCases.map(\.rawValue)] + rows.map(\.texts) {
                try Terminal.say(CSV.line(line))
            }
        case .table where rows.isEmpty: break
        case .table:
            let header = ["survey", "id", "objectId", "MJD (TAI)", "ra (deg)", "dec (deg)", "filter"]
            let texts = rows.map { row in
                row.texts.dropLast(2).map { $0.isEmpty ? "-" : $0 } + [row.outcome]
            }
            for line in TextTable.lines([header] + texts) { try Terminal.say(line) }
        }
        return .done
    }

    /// An alert as JSON and CSV have it; what it has not is null.
    private struct Row: Encodable {
        let survey: String
        /// Digits: a number of 64 bits is more than many readers of JSON keep.
        let id: String
        let objectId: String?
        let mjd_tai: Double
        let ra, dec: Double?
        let passed: Bool
        let failed_cuts: [String]

        init(_ alert: DataReader.NightAlert) {
            survey = alert.survey.name
            id = String(alert.row.id)
            objectId = alert.objectName
            mjd_tai = alert.row.epoch.mjdTAI
            (ra, dec) = (alert.row.ra, alert.row.dec)
            passed = alert.row.passed
            failed_cuts = alert.row.failedCuts
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case survey, id, objectId, mjd_tai, ra, dec, passed, failed_cuts
        }

        func encode(to encoder: any Encoder) throws {
            var row = encoder.container(keyedBy: CodingKeys.self)
            try row.encode(survey, forKey: .survey)
            try row.encode(id, forKey: .id)
            try row.encode(objectId, forKey: .objectId)
            try row.encode(mjd_tai, forKey: .mjd_tai)
            try row.encode(ra, forKey: .ra)
            try row.encode(dec, forKey: .dec)
            try row.encode(passed, forKey: .passed)
            try row.encode(failed_cuts, forKey: .failed_cuts)
        }

        /// The times to 0.1 s, the positions to 0.004 arcsec.
        var texts: [String] {
            [
                survey, id, objectId ?? "", String(format: "%.6f", mjd_tai),
                ra.map { String(format: "%.6f", $0) } ?? "", dec.map { String(format: "%+.6f", $0) } ?? "",
                passed ? "true" : "false", failed_cuts.joined(separator: " "),
            ]
        }

        var outcome: String { failed_cuts.isEmpty ? "passed" : "failed \(failed_cuts.joined(separator: ", "))" }
    }
}
