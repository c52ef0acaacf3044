internal import JSON
internal import Alerts
internal import Configuration
internal import DataLayout
internal import Filters
internal import Foundation
internal import Query

/// What the commands share that judge archived nights.
struct SweptNights {
    static let nights = Option<ClosedRange<Int>>(
        OptionDeclaration(
            name: "nights", valueName: "A..B", help: "the nights from A to B, YYYYMMDD, or one; without it all",
            kind: .text)
    ) { (text) throws(UsageError) in
        let parts = text.split(separator: "..", omittingEmptySubsequences: false).map { String($0) }
        guard (1...2).contains(parts.count) else { throw UsageError("say 20240901..20240915") }
        let (first, last) = (try NightWord.parse(parts[0]), try NightWord.parse(parts[parts.count - 1]))
        guard first <= last else { throw UsageError("the night \(first) is after \(last)") }
        return first...last
    }
    static let examples = Option<Int>.number("examples", "N", "ids that are shown", in: 0...1_000_000, standard: 5)
    static let json = Flag("json", "one JSON object on standard output", key: "json")
    static let options: [any DeclaredOption] =
        [
            DataFolders.several, nights, FilterFile.survey, examples, json,
        ] + SightOptions.all

    let data: DataFolders
    let nights: ClosedRange<Int>
    let examples: Int
    let isJSON: Bool
    let sight: SightOptions
    private let given: Survey?

    init(_ arguments: Arguments) throws {
        data = try DataFolders(arguments)
        nights = try arguments.value(Self.nights) ?? 0...Int.max
        examples = try arguments.required(Self.examples)
        isJSON = arguments.isOn(Self.json)
        sight = try SightOptions(arguments)
        given = try arguments.value(FilterFile.survey)
    }

    /// The survey that a filter is for: by the option, the file's folder, or the only one that the data folders have alerts of.
    func survey(of filter: String) throws -> Survey {
        if let survey = given ?? FilterFile.surveyOfFolder(filter) { return survey }
        let all = try Set(data.open().folders.flatMap { try $0.archivedSurveys() })
        guard let only = all.first, all.count == 1 else {
            throw UsageError("\(filter): say --survey: \(Survey.names)")
        }
        return only
    }

    /// Judges the nights' alerts.
    ///
    /// - Returns: Whether all records were sound.
    func judge(
        _ filters: [FilterText], of survey: Survey, _ body: (Int, [ArchiveSweep.Judged]) -> Void
    ) throws -> Bool {
        do {
            let damaged = try ArchiveSweep(
                filters, of: survey, catalogues: sight.catalogues, computed: sight.computed(survey), in: data.paths
            ).run(
                nights: nights, body)
            if damaged > 0 {
                Terminal.complain("\(damaged) archived alerts are damaged, and were left out; see nightjar verify")
            }
            return damaged == 0
        } catch ArchiveSweep.Failure.filter(let error) { throw error } catch ArchiveSweep.Failure.folder(let error) {
            throw error
        }
    }
}

/// `nightjar filter test FILE --data DIR`
struct FilterTestCommand: Command {
    static let name = "filter test"
    static let summary = "what a filter would have passed in archived nights: by night and cut, beside other filters"
    static let details = """
        Each packet is judged as it was when it came. "left" is what is left once a cut and those before it are applied, "alone" what \
        a cut alone rejects. With --truth, a table such as the simulator's, the classes of what passes are counted: completeness is the \
        share of a class that passes, purity the share of a class in what passes.
        """
    static let operands = [
        Operand("FILE|NAME", "a file NAME.sql, a filter that Nightjar has, or NAME[@VERSION] of one that a run had")
    ]
    static let options: [any DeclaredOption] = SweptNights.options + [truth]
    static let examples = [
        "nightjar filter test filters/ztf/young.sql --data night",
        "nightjar filter test young.sql --survey ztf --data night --nights 20240901..20240915 --truth truth.csv",
    ]

    private static let truth = Option<String>.text(
        "truth", "FILE.csv", "what the alerts are: columns candid or diaSourceId, class, and magpsf or flux (nJy)")

    private let filter: String
    private let nights: SweptNights
    private let truth: String?

    init(_ arguments: Arguments) throws {
        filter = arguments.operands[0]
        nights = try SweptNights(arguments)
        truth = try arguments.value(Self.truth)
    }

    /// The other filters, without those that cannot be used here, as without a catalogue that they ask.
    private func soundOthers(than text: FilterText) throws -> [FilterText] {
        let engine = try nights.sight.engine(text.survey)
        return try FilterFile.others(than: text, in: nights.data).filter { other in
            do throws(FilterError) { _ = try engine.compile(other) } catch {
                Terminal.info("left out: \(error)")
                return false
            }
            return true
        }
    }

    func run() throws -> ExitStatus {
        let survey = try nights.survey(of: filter)
        let text = try FilterFile.read(filter, of: survey, in: nights.data)
        let others = try soundOthers(than: text)
        let cuts = try nights.sight.engine(survey).compile(text)
            .cuts
        let table = try truth.map { try TruthTable(path: $0, id: survey.tables.idColumn) }
        var test = BackTest(text, cuts: cuts, others: others.map(\.name), truth: table, examples: nights.examples)
        let began = ContinuousClock.now
        let isSound = try nights.judge([text] + others, of: survey) { night, judged in test.add(judged, of: night) }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        if nights.isJSON {
            try Terminal.put(json: OrderedJSON.bytes(of: test, isCompact: true))
        } else {
            for line in BackTestText.lines(test) { try Terminal.say(line) }
            Terminal.info(
                "judged in \(String(format: "%.1f", seconds)) s, \(ReportText.grouped(Int(Double(test.alerts) / max(seconds, 1e-3)))) alerts/s"
            )
        }
        if test.broken > 0 {
            Terminal.complain(
                "\(test.broken) alerts cannot be judged, and do not pass; \(test.reason ?? "")")
        }
        return isSound && test.broken == 0 ? .done : .failed
    }
}

/// `nightjar filter diff OLD NEW --data DIR`
struct FilterDiffCommand: Command {
    static let name = "filter diff"
    static let summary = "what another version of a filter would gain and lose in archived nights"
    static let operands = [
        Operand("OLD", "a file NAME.sql, a filter that Nightjar has, or NAME[@VERSION] of one that a run had"),
        Operand("NEW", "another"),
    ]
    static let options = SweptNights.options
    static let examples = [
        "nightjar filter diff old/young.sql young.sql --survey ztf --data night",
        "nightjar filter diff extragalactic_transient filters/ztf/mine.sql --data night --nights 20240915",
    ]

    private let old, new: String
    private let nights: SweptNights

    init(_ arguments: Arguments) throws {
        (old, new) = (arguments.operands[0], arguments.operands[1])
        nights = try SweptNights(arguments)
    }

    func run() throws -> ExitStatus {
        let survey = try nights.survey(of: new)
        let filters = try [old, new].map { try FilterFile.read($0, of: survey, in: nights.data) }
        var difference = FilterDifference(mostIds: nights.examples)
        let isSound = try nights.judge(filters, of: survey) { _, judged in difference.add(judged) }
        if nights.isJSON {
            try Terminal.put(json: OrderedJSON.bytes(of: difference, isCompact: true))
        } else {
            try Terminal.say(
                "\(ReportText.grouped(difference.alerts)) alerts, \(ReportText.grouped(difference.both)) pass both")
            for (word, count, ids) in [
                ("gained", difference.gained, difference.gainedIds), ("lost", difference.lost, difference.lostIds),
            ] {
                try Terminal.say(
                    "\(word) \(ReportText.grouped(count))" + (ids.isEmpty ? "" : ": \(ids.joined(separator: " "))"))
            }
        }
        return isSound ? .done : .failed
    }
}
