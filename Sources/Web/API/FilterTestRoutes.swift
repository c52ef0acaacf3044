internal import Alerts
internal import DataLayout
internal import Filters
internal import Foundation
internal import JSON
internal import Query

/// Trying a filter over archived nights.
enum FilterTestRoutes {
    static let all = [test]

    /// Seconds that a request judges; the rest is asked for with the cursor.
    private static let seconds = 1.5

    private static let test = Route(
        path: "/api/v1/filters/test",
        summary:
            "What a filter would have passed in archived nights, by night and by cut: some of it, 'next' goes on where it ended",
        parameters: [
            .optional("name", .text(longest: 31), "a filter by its name; or POST the text of one"), .survey,
            .optional("night", .night, "only this night, YYYYMMDD"),
            .optional("limit", .whole(0...1_000), "alerts that are listed of those that pass", standard: "50"), .cursor,
        ], body: .json("FilterTest"), problems: [.notFound, .ambiguous, .refusedStatement],
        text: "the filter: one SELECT whose columns are its cuts"
    ) { question in
        let (values, library) = (question.values, question.settings.library)
        let nights = values["night"].flatMap { Int($0) }.map { $0...$0 } ?? 0...Int.max
        let (survey, text) = try question.read { reader in
            guard let survey = try question.survey(reader) else {
                throw Problem(.notFound, "there are no alerts here yet")
            }
            return (survey, try Self.text(question, survey, reader))
        }
        let place = try values["cursor"].map { (cursor) throws(Problem) in try Self.place(cursor, of: text) }
        return try question.statements.run {
            let began = ContinuousClock.now
            var test: BackTest
            let found: (damaged: Int, next: ArchiveSweep.Place?)
            do {
                let cuts = try question.settings.sight.engine(survey).compile(text).cuts
                test = BackTest(text, cuts: cuts, others: [], truth: nil, examples: values.whole("limit"))
                let sweep = ArchiveSweep(
                    [text], of: survey, catalogues: library.catalogues,
                    computed: question.settings.sight.computed(survey), in: question.settings.folders)
                var judged = test
                found = try sweep.run(nights: nights, from: place, until: began + .seconds(seconds)) {
                    judged.add($1, of: $0)
                }
                test = judged
            } catch let error as FilterError { throw Problem(.refusedStatement, "\(error)") } catch ArchiveSweep.Failure
                .filter(let error)
            {
                throw Problem(.refusedStatement, "\(error)")
            } catch ArchiveSweep.Failure.folder(let error) { throw error }
            let rows = try question.read { try $0.alerts(test.examples.compactMap { Int64($0) }, of: survey) }
            let next = found.next.map { cursor($0, of: text) }
            return WebAnswer(
                tree(test, rows, damaged: found.damaged, next: next, took: ContinuousClock.now - began).bytes,
                "application/json")
        }
    }

    private static func text(_ question: Question, _ survey: Survey, _ reader: DataReader) throws -> FilterText {
        let name = question.values["name"]
        if let sql = question.text {
            do throws(FilterError) {
                return try FilterText(name: name ?? "tried", survey: survey, sql: sql, path: name ?? "the filter")
            } catch { throw Problem(.refusedStatement, "\(error)") }
        }
        guard let name else { throw Problem(.badRequest, "say which filter by 'name', or POST the text of one") }
        let texts = try reader.filterTexts(of: survey)
        guard let text = texts.first(where: { $0.name == name }) else {
            throw Problem(
                .notFound, "there is no filter '\(name)'; there are \(texts.map(\.name).joined(separator: ", "))")
        }
        return text
    }

    // MARK: - Cursors

    private static func cursor(_ place: ArchiveSweep.Place, of text: FilterText) -> String {
        let archive = place.archive
        return Cursor.text([
            String(text.version.prefix(12)), "\(place.folder)", "\(archive.night)", "\(archive.segment)",
            "\(archive.offset)",
        ])
    }

    private static func place(_ cursor: String, of text: FilterText) throws(Problem) -> ArchiveSweep.Place {
        let values = try Cursor.values(cursor, count: 5)
        guard values[0] == text.version.prefix(12) else {
            throw Problem(.badRequest, "this 'cursor' is of another filter's text; begin without one")
        }
        guard let folder = Int(values[1]), (0..<1_000).contains(folder), let night = Int(values[2]),
            let segment = Int64(values[3]), let offset = Int64(values[4])
        else { throw Problem(.badRequest, "this 'cursor' is none of this list; begin without one") }
        return ArchiveSweep.Place(
            folder: folder, archive: OpenFolder.ArchivePlace(night: night, segment: segment, offset: offset))
    }

    // MARK: - Answers

    private static func tree(
        _ test: BackTest, _ rows: [DataReader.NightAlert], damaged: Int, next: String?, took: Duration
    ) -> JSONTree {
        let judged = test.alerts - test.broken
        return [
            "filter": .text(test.filter), "version": .text(test.version), "tried": .integer(test.alerts),
            "passed": .integer(test.passes), "broken": .integer(test.broken), "reason": JSONTree(test.reason),
            "damaged": .integer(damaged), "seconds": .number(took / .seconds(1)), "isWhole": .flag(next == nil),
            "nights": .list(
                test.nights.map {
                    ["night": .integer($0.night), "tried": .integer($0.alerts), "passed": .integer($0.passes)]
                }),
            "cuts": .list(
                test.cuts.map { cut in
                    [
                        "cut": .text(cut.cut), "passes": .integer(cut.passes),
                        "fails": .integer(judged - cut.passes - cut.null), "null": .integer(cut.null),
                        "left": .integer(cut.left), "alone": .integer(cut.alone),
                    ]
                }), "passes": .list(rows.map(NightRoutes.row)), "next": JSONTree(next),
        ]
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let night = Schema.object([
            ("night", Schema.integer("YYYYMMDD")), ("tried", Schema.integer("alerts that were judged")),
            ("passed", Schema.integer("those that pass")),
        ])
        let cut = Schema.object([
            ("cut", Schema.text("the cut's name")), ("passes", Schema.integer("alerts for which it is true")),
            ("fails", Schema.integer("alerts for which it is false")),
            ("null", Schema.integer("alerts for which it is null, which do not pass")),
            ("left", Schema.integer("alerts that are left once this cut and those before it are applied")),
            ("alone", Schema.integer("alerts that it alone rejects")),
        ])
        return [
            (
                "FilterTest",
                Schema.object([
                    ("filter", Schema.text("the filter's name")), ("version", Schema.text("the SHA-256 of its text")),
                    ("tried", Schema.integer("alerts that this request judged")),
                    ("passed", Schema.integer("those that pass")),
                    ("broken", Schema.integer("alerts that the filter cannot judge")),
                    ("reason", Schema.orNull(Schema.text("why it cannot judge the first of them"))),
                    ("damaged", Schema.integer("records that are damaged, and were left out")),
                    ("seconds", Schema.number("that it took")),
                    ("isWhole", Schema.flag("whether nothing is left to judge behind these")),
                    ("nights", Schema.list(night)), ("cuts", Schema.list(cut)),
                    ("passes", Schema.list(Schema.named("NightAlert"))),
                    ("next", Schema.orNull(Schema.text("the 'cursor' that goes on; null where all were judged"))),
                ])
            )
        ]
    }
}
