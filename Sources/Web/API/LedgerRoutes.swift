internal import DataLayout
internal import JSON
internal import Pipeline
internal import Query

/// What became of everything that was received.
enum LedgerRoutes {
    static let all = [ledger, deadLetters, topics, filters]

    private static let ledger = Route(
        path: "/api/v1/ledger",
        summary: "The ledger: by night, source and partition what was received and what became of it",
        parameters: [.optional("night", .night, "only this night, YYYYMMDD")], body: .json("Ledger")
    ) { question in
        let night = question.values["night"].flatMap { Int($0) }
        let whole = try question.read { try $0.ledger(comparesAlerts: false) }
        let account = night.map { whole.night($0) } ?? whole
        let body: JSONTree = [
            "rows": .list(try account.entries.map(row)),
            "findings": .list(try account.findings.map { try JSONTree(encoding: $0) }),
            "totals": .list(try account.totals.filter { $0.night != nil }.map { try JSONTree(encoding: $0) }),
            "unread": .list(account.unread.map { .text($0) }), "faults": .list(account.faults.map { .text($0) }),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    static func row(_ entry: LedgerAccount.Entry) throws -> JSONTree {
        ["data": .text(entry.folder), "row": try JSONTree(encoding: entry.row)]
    }

    private static let deadLetters = Route(
        path: "/api/v1/dead-letters", summary: "The packets that could not be used, and why; counts by reason first",
        parameters: [
            .optional("code", .text(longest: 64), "only those of this reason, a 'code' of the counts"), .limit, .cursor,
        ], body: .json("DeadLetters")
    ) { question in
        let (place, limit) = (try Cursor.letter(question.values["cursor"]), question.values.whole("limit"))
        let (counts, page) = try question.read {
            (
                try $0.deadLetterCounts(),
                try $0.deadLetters(after: place, limit: limit, code: question.values["code"])
            )
        }
        let isFull = page.letters.count == limit
        let body: JSONTree = [
            "counts": .list(
                counts.map {
                    ["code": .text($0.code), "letters": .integer($0.letters), "waiting": .integer($0.waiting)]
                }),
            "letters": .list(page.letters.map(letter)),
            "next": JSONTree(isFull ? page.last.map { Cursor.text(["\($0.folder)", "\($0.id)"]) } : nil),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static func letter(_ found: FolderLetter) -> JSONTree {
        let letter = found.letter
        return [
            "data": .text(found.folder), "id": JSONTree(id: letter.id), "source": .text(letter.source),
            "member": JSONTree(letter.member), "partition": .integer(letter.key.partition),
            "position": .integer(letter.position), "code": .text(letter.code), "reason": .text(letter.reason),
            "field": .text(letter.field), "byte": .integer(letter.byte), "sha256": .text(letter.sha256),
            "size": .integer(letter.size), "whole": .flag(letter.isWhole), "state": .text(letter.state),
        ]
    }

    private static let topics = Route(
        path: "/api/v1/topics", summary: "The streams that have subscribers, with their messages", parameters: [],
        body: .json("Topics")
    ) { question in
        let topics = try question.read { try $0.topics() }
        let body: JSONTree = [
            "topics": .list(topics.map { ["name": .text($0.topic.name), "messages": .integer(Int($0.messages))] })
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static let filters = Route(
        path: "/api/v1/filters", summary: "The versions of filters that have judged alerts: their text and their yield",
        parameters: [], body: .json("Filters"), isOfTables: true
    ) { question in
        let uses = try question.read { try $0.filterUses() }
        let body: JSONTree = [
            "filters": .list(
                uses.map { use in
                    [
                        "survey": .text(use.survey), "filter": .text(use.filter), "version": .text(use.version),
                        "added": .text(use.added), "nights": .integer(use.nights), "judged": .integer(use.judged),
                        "passed": .integer(use.passed), "broken": .integer(use.broken),
                        "byNight": .list(
                            use.byNight.map {
                                [
                                    "night": .integer($0.night), "judged": .integer($0.judged),
                                    "passed": .integer($0.passed), "broken": .integer($0.broken),
                                ]
                            }), "sql": .text(use.sql),
                    ]
                })
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    /// The counts of a night, by their names.
    static var counts: JSONTree {
        Schema.object(
            [("night", Schema.integer("YYYYMMDD; 0 where it is unknown"))]
                + Counts.Counter.allCases.map { ($0.name, Schema.integer("alerts")) })
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let row = Schema.object(
            [
                ("night", Schema.integer("YYYYMMDD; 0 where it is unknown")),
                ("source", Schema.text("as it was given")),
                ("fingerprint", Schema.text("of its content")),
                ("partition", Schema.integer("Kafka's; 0 for all else")),
                ("firstOffset", Schema.integer("the first packet")), ("lastOffset", Schema.integer("the last packet")),
            ] + Counts.Counter.allCases.map { ($0.name, Schema.integer("alerts")) } + [
                ("complete", Schema.orNull(Schema.flag("whether it was read to its end; null where it has none"))),
                ("pruned", Schema.text("when its alerts were removed, UTC")),
            ], optional: ["pruned"])
        let count = Schema.object([
            ("code", Schema.text("the reason in a word")), ("letters", Schema.integer("all of it")),
            ("waiting", Schema.integer("those that were not replayed")),
        ])
        let letter = Schema.object([
            ("data", Schema.text("the data folder")), ("id", Schema.id("its number in the folder")),
            ("source", Schema.text("what it came from")), ("member", Schema.orNull(Schema.text("the file it came in"))),
            ("partition", Schema.integer("the source's partition")),
            ("position", Schema.integer("the packet's number")),
            ("code", Schema.text("the reason in a word")), ("reason", Schema.text("the reason in a sentence")),
            ("field", Schema.text("the field where the fault is")), ("byte", Schema.integer("the byte where it is")),
            ("sha256", Schema.text("of the packet")), ("size", Schema.integer("bytes of the packet")),
            ("whole", Schema.flag("whether all of it was kept")), ("state", Schema.text("waiting or replayed")),
        ])
        let use = Schema.object([
            ("survey", Schema.text("the survey's name")), ("filter", Schema.text("the filter's name")),
            ("version", Schema.text("the SHA-256 of its text")), ("added", Schema.text("when it first judged, UTC")),
            ("nights", Schema.integer("nights of which it judged alerts")), ("judged", Schema.integer("alerts")),
            ("passed", Schema.integer("alerts")), ("broken", Schema.integer("alerts that it did not judge")),
            (
                "byNight",
                Schema.list(
                    Schema.object([
                        ("night", Schema.integer("YYYYMMDD; 0 where it is unknown")),
                        ("judged", Schema.integer("alerts")), ("passed", Schema.integer("alerts")),
                        ("broken", Schema.integer("alerts that it did not judge")),
                    ]))
            ),
            ("sql", Schema.text("its text")),
        ])
        return [
            ("LedgerRow", Schema.object([("data", Schema.text("the data folder")), ("row", row)])),
            (
                "Ledger",
                Schema.object([
                    ("rows", Schema.list(Schema.named("LedgerRow"))),
                    ("findings", Schema.list(Schema.open("what the offsets of several folders tell"))),
                    ("totals", Schema.list(Schema.named("Counts"))),
                    ("unread", Schema.list(Schema.text("a source that was not read to its end"))),
                    ("faults", Schema.list(Schema.text("why the account does not add up"))),
                ])
            ),
            (
                "DeadLetters",
                Schema.object([
                    ("counts", Schema.list(count)), ("letters", Schema.list(letter)),
                    ("next", Schema.orNull(Schema.text("the 'cursor' of the next page; null where there is none"))),
                ])
            ),
            (
                "Topics",
                Schema.object([
                    (
                        "topics",
                        Schema.list(
                            Schema.object([
                                ("name", Schema.text("the topic's name")), ("messages", Schema.integer("its messages")),
                            ]))
                    )
                ])
            ), ("Filters", Schema.object([("filters", Schema.list(use))])),
        ]
    }
}
