internal import JSON
internal import Alerts
internal import DataLayout
internal import Filters
internal import Foundation
internal import Query

/// `nightjar filter list`
struct FilterListCommand: Command {
    static let name = "filter list"
    static let summary = "the filters that have judged alerts: what each passes a night, and what it costs an alert"
    static let details = """
        One line for each version, with its last one marked by '*'. The time is measured now, on alerts of the newest night. With --text \
        the text of each version follows; 'filter why NAME@VERSION' and 'filter test NAME@VERSION' take the first letters of a version. \
        Without --data it lists the filters that Nightjar has.
        """
    static let options: [any DeclaredOption] = [folders, text, json] + SightOptions.all
    static let examples = ["nightjar filter list --data night", "nightjar filter list --data night --text"]

    private static let folders = Option<String>.text("data", "DIR", "a data folder", key: "data").repeatable
    private static let text = Flag("text", "the text of each version too")
    private static let json = Flag("json", "a JSON object for each version", key: "json")

    private let data: DataFolders?
    private let sight: SightOptions
    private let showsText, isJSON: Bool

    init(_ arguments: Arguments) throws {
        data = try arguments.values(Self.folders).isEmpty ? nil : DataFolders(arguments)
        sight = try SightOptions(arguments)
        showsText = arguments.isOn(Self.text)
        isJSON = arguments.isOn(Self.json)
    }

    func run() throws -> ExitStatus {
        guard let data else {
            for survey in Survey.all {
                try Terminal.say("\(survey.name): \(survey.filters.keys.sorted().joined(separator: ", "))")
            }
            return .done
        }
        let uses = try measured(data.open())
        if uses.isEmpty { Terminal.info("no filter of 'run --filters' has judged alerts here") }
        if isJSON {
            for use in uses { try Terminal.put(json: OrderedJSON.bytes(of: use, isCompact: true)) }
            return .done
        }
        let last = Dictionary(uses.map { (["\($0.survey)", $0.filter], $0.version) }) { _, last in last }
        let rows = uses.map { Self.row($0, isLast: last[[$0.survey, $0.filter]] == $0.version) }
        if !rows.isEmpty {
            for line in TextTable.lines([Self.header] + rows, isOfNumbers: true) { try Terminal.say(line) }
        }
        for use in uses where showsText {
            try Terminal.say("-- \(use.survey)_\(use.filter), version \(use.version)")
            for line in use.sql.split(separator: "\n", omittingEmptySubsequences: false) {
                try Terminal.say(ShownText.line(String(line)))
            }
        }
        return .done
    }

    private static let header = [
        "filter", "version", "since", "nights", "judged", "passed", "a night", "share", "broken", "us/alert",
    ]

    private static func row(_ use: FilterUse, isLast: Bool) -> [String] {
        func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
        return [
            "\(use.survey)_\(use.filter)", "\(use.version.prefix(12))\(isLast ? "*" : "")",
            String(use.added.prefix(16)),
            "\(use.nights)", ReportText.grouped(use.judged), ReportText.grouped(use.passed),
            use.nights > 0 ? number(Double(use.passed) / Double(use.nights), 1) : "-",
            use.judged > 0 ? number(100 * Double(use.passed) / Double(use.judged), 2) + " %" : "-",
            ReportText.grouped(use.broken), use.cost.map { number($0 * 1e6, 1) } ?? "-",
        ]
    }

    /// The versions, with what each costs an alert.
    private func measured(_ reader: DataReader) throws -> [FilterUse] {
        var uses = try reader.filterUses()
        for survey in Survey.all {
            let places = uses.indices.filter { uses[$0].survey == survey.name }
            guard !places.isEmpty,
                let folder = try reader.folders.first(where: { try $0.newestNight(of: survey) != nil })
            else { continue }
            let texts = try places.map {
                try FilterText(name: uses[$0].filter, survey: survey, sql: uses[$0].sql, path: uses[$0].filter)
            }
            let costs = try FilterCost.measure(
                texts, of: survey, catalogues: sight.catalogues, computed: sight.computed(survey), in: folder)
            for (place, cost) in zip(places, costs) { uses[place].cost = cost }
        }
        return uses
    }
}
