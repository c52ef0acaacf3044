internal import JSON
internal import Alerts
internal import DataLayout
internal import Filters
internal import Foundation
internal import Pipeline
internal import Query

/// `nightjar filter check FILE...`
struct FilterCheckCommand: Command {
    static let name = "filter check"
    static let summary = "whether filters can be used: their cuts, or their mistakes with line and column"
    static let details = """
        A filter is a file NAME.sql with one SELECT of one row over an alert's tables; every column is a cut, and an alert passes \
        where all are true. docs/filter.md has the tables and functions.
        """
    static let operands = [Operand("FILE", "a file NAME.sql", count: .many)]
    static let options: [any DeclaredOption] = [FilterFile.survey] + SightOptions.all
    static let examples = [
        "nightjar filter check filters/ztf/young.sql", "nightjar filter check young.sql --survey ztf",
    ]

    private let paths: [String]
    private let survey: Survey?
    private let sight: SightOptions

    init(_ arguments: Arguments) throws {
        paths = arguments.operands
        sight = try SightOptions(arguments)
        survey = try arguments.value(FilterFile.survey)
    }

    func run() throws -> ExitStatus {
        var areSound = true
        for path in paths {
            let survey = try FilterFile.survey(of: path, given: survey)
            do {
                let text = try FilterFile.read(path, of: survey)
                // One of Nightjar's own is no file.
                if survey.filters[path] == nil, let fault = FilterTables.fault(inNameOf: text) {
                    throw FilterError(path: path, reason: fault)
                }
                let filter = try sight.engine(survey).compile(text)
                try Terminal.say(
                    "\(path): \(filter.cuts.count) cut\(filter.cuts.count == 1 ? "" : "s") for \(survey.title): \(filter.cuts.joined(separator: ", "))"
                )
                if !filter.absent.isEmpty {
                    Terminal.info(
                        "\(path): it asks \(filter.absent.joined(separator: ", ")), and there is no such catalogue: it covers no sky"
                    )
                }
                for name in filter.uncovered {
                    Terminal.info(
                        "\(path): it asks \(name) without covers('\(name)'): where the catalogue has no sky, it finds no source"
                    )
                }
            } catch let error as FilterError {
                Terminal.complain("\(error)")
                areSound = false
            }
        }
        return areSound ? .done : .failed
    }
}

/// `nightjar filter try ID|NAME [SQL] --data DIR`
struct FilterTryCommand: Command {
    static let name = "filter try"
    static let summary = "runs a statement over the tables that filters see of one archived alert"
    static let details =
        "Without SQL it says which tables there are, with their columns and how many rows the alert has in each."
    static let operands = [
        Operand("ID|NAME", "an alert's id, or an object's name for its newest alert"),
        Operand("SQL", "the statement", count: .optional),
    ]
    static let options: [any DeclaredOption] =
        [DataFolders.several, limit] + SightOptions.all + OutputFormat.options
    static let examples = [
        "nightjar filter try ZTF24aaaaaaa --data night",
        "nightjar filter try ZTF24aaaaaaa 'SELECT jd, fid, magpsf FROM detections ORDER BY jd' --data night --format csv",
    ]

    private static let limit = Option<Int>.number("limit", "N", "the first N rows", in: 1...Int.max, standard: 1_000)

    private let name: String
    private let sql: String?
    private let data: DataFolders
    private let sight: SightOptions
    private let limit: Int
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        name = arguments.operands[0]
        sql = arguments.operands.count > 1 ? arguments.operands[1] : nil
        data = try DataFolders(arguments)
        sight = try SightOptions(arguments)
        limit = try arguments.required(Self.limit)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let (alert, computed) = try ArchivedDecoding.judged(name, in: data, sight)
        let engine = try sight.engine(alert.schema.survey)
        guard let sql else {
            for table in engine.with(alert, computed: computed, { engine.tables }) {
                try Terminal.say("\(table.name): \(table.count) row\(table.count == 1 ? "" : "s")")
                try Terminal.say("  " + table.columns.joined(separator: " "))
            }
            return .done
        }
        let text = try FilterText(name: "statement", survey: alert.schema.survey, sql: sql, path: "SQL")
        let query = try engine.query(text)
        let rows = try engine.with(alert, computed: computed) {
            Result { () throws(FilterError) in try query.rows(atMost: limit) }
        }.get()
        var output = RowOutput(columns: query.columns, format: format)
        for row in rows {
            let json = try CutValues.json(row, of: query.columns)
            try output.print(row.map { $0.text ?? "" }, json: json)
        }
        try output.finish()
        return .done
    }
}

/// `nightjar filter why NAME ID --data DIR`
struct FilterWhyCommand: Command {
    static let name = "filter why"
    static let summary = "why an archived alert passes a filter or not: each cut, and the values that it looked at"
    static let operands = [
        Operand(
            "NAME",
            "a filter that Nightjar has, such as extragalactic_transient, a file NAME.sql, or NAME[@VERSION] of one that a run had"
        ),
        Operand("ID|NAME", "an alert's id, or an object's name for its newest alert"),
    ]
    static let options: [any DeclaredOption] = [DataFolders.several, json] + SightOptions.all
    static let examples = [
        "nightjar filter why extragalactic_transient ZTF24aaaaaaa --data night",
        "nightjar filter why filters/ztf/young.sql -1215182915715015001 --data night",
    ]

    private static let json = Flag("json", "one JSON object on standard output", key: "json")

    private let filter, name: String
    private let data: DataFolders
    private let sight: SightOptions
    private let isJSON: Bool

    init(_ arguments: Arguments) throws {
        (filter, name) = (arguments.operands[0], arguments.operands[1])
        data = try DataFolders(arguments)
        sight = try SightOptions(arguments)
        isJSON = arguments.isOn(Self.json)
    }

    func run() throws -> ExitStatus {
        let (alert, computed) = try ArchivedDecoding.judged(name, in: data, sight)
        let survey = alert.schema.survey
        let text = try FilterFile.read(filter, of: survey, in: data)
        let cuts = try sight.engine(survey).explanation(
            of: text, for: alert, computed: computed)
        let passes = cuts.allSatisfy { $0.verdict == true }
        if isJSON {
            try Terminal.put(json: OrderedJSON.bytes(of: CutValues(alert, text, passes, cuts), isCompact: true))
            return .done
        }
        try Terminal.say(
            "\(text.name): alert \(alert.alert.id) of \(survey.title) \(passes ? "passes" : "does not pass")")
        let width = cuts.map(\.cut.count).max() ?? 0
        for cut in cuts {
            let verdict = cut.verdict.map { $0 ? "yes" : "no" } ?? "null"
            let name = cut.cut.padding(toLength: width, withPad: " ", startingAt: 0)
            let lines = cut.values.flatMap { CutValues.lines($0) }
            try Terminal.say(
                "  \(name)  \(verdict.padding(toLength: 4, withPad: " ", startingAt: 0))  \(lines.first ?? "")")
            for line in lines.dropFirst() { try Terminal.say("  \(String(repeating: " ", count: width + 8))\(line)") }
        }
        return .done
    }
}
