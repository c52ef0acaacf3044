internal import Alerts
internal import Conductor
internal import JSON
internal import Query

/// What conductors have found and written of nights: states and receipts.
enum ReceiptRoutes {
    static let all = [states, receipts, exposures]

    /// Editions of a night that are given, the newest.
    private static let mostEditions = 8

    private static let states = Route(
        path: "/api/v1/states",
        summary: "The states of nights that were conducted, the newest first, with the editions of their receipts",
        parameters: [], body: .json("States")
    ) { question in
        let states = question.states.all(in: question.settings.given)
        let body: JSONTree = [
            "states": .list(
                states.map { state in
                    [
                        "survey": .text(state.survey), "night": .integer(state.night),
                        "state": JSONTree(state.state?.rawValue), "reason": .text(state.reason),
                        "editions": .list(state.editions.map { .integer($0) }),
                    ]
                })
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static let receipts = Route(
        path: "/api/v1/nights/{night}/receipts",
        summary: "The receipts of a night that a conductor has written: of each survey the newest edition last",
        parameters: [.path("night", .night, "the night, YYYYMMDD"), .survey], body: .json("Receipts"),
        problems: [.damaged]
    ) { question in
        let night = question.values.whole("night")
        var receipts: [JSONTree] = []
        for survey in question.values.survey.map({ [$0] }) ?? Survey.all {
            for folder in question.settings.given.map({ NightFiles(data: $0).folder }) {
                let editions = NightReceipt.editions(survey: survey.name, night: night, in: folder)
                for edition in editions.suffix(mostEditions) {
                    let receipt = try NightReceipt.read(edition: edition, survey: survey.name, night: night, in: folder)
                    receipts.append(.written(Array(try receipt.json.utf8)))
                }
            }
        }
        let body: JSONTree = ["receipts": .list(receipts)]
        return WebAnswer(body.bytes, "application/json")
    }

    private static let exposures = Route(
        path: "/api/v1/nights/{night}/exposures",
        summary: "The exposures of a night by time, with how many alerts each part of the camera brought",
        parameters: [
            .path("night", .night, "the night, YYYYMMDD"), .survey,
            .optional("limit", .whole(1...20_000), "how many at most", standard: "5000"),
        ], body: .json("Exposures"), problems: [.ambiguous]
    ) { question in
        let (night, limit) = (question.values.whole("night"), question.values.whole("limit"))
        let body: JSONTree = try question.read { reader in
            let survey = try NightRoutes.survey(ofNight: night, question.values, reader)
            let found = try survey.map { try reader.exposures(ofNight: night, of: $0, limit: limit + 1) } ?? []
            return [
                "survey": JSONTree(survey?.name),
                "exposures": .list(
                    found.prefix(limit).map { exposure in
                        [
                            "mjd_tai": .number(exposure.epoch.mjdTAI),
                            "exposure": exposure.name.map { JSONTree(id: $0) } ?? .null,
                            "detector": JSONTree(exposure.detector), "alerts": .integer(exposure.alerts),
                            "passed": .integer(exposure.passed),
                        ]
                    }), "truncated": .flag(found.count > limit),
            ]
        }
        return WebAnswer(body.bytes, "application/json")
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let state = Schema.object([
            ("survey", Schema.text("the survey's name")), ("night", Schema.integer("YYYYMMDD")),
            ("state", Schema.orNull(Schema.text("where the night is; null where its state is damaged, or gone"))),
            ("reason", Schema.text("why, in a sentence")),
            ("editions", Schema.list(Schema.integer("an edition of its receipt"))),
        ])
        return [
            ("States", Schema.object([("states", Schema.list(state))])),
            (
                "Exposures",
                Schema.object([
                    ("survey", Schema.orNull(Schema.text("the survey's name"))),
                    (
                        "exposures",
                        Schema.list(
                            Schema.object([
                                ("mjd_tai", Schema.number("the alerts' time, MJD in TAI")),
                                ("exposure", Schema.orNull(Schema.id("ZTF's field, LSST's visit"))),
                                ("detector", Schema.orNull(Schema.integer("ZTF's rcid, LSST's detector"))),
                                ("alerts", Schema.integer("its alerts")),
                                ("passed", Schema.integer("those that passed the survey's own filter")),
                            ]))
                    ), ("truncated", Schema.flag("whether there are more")),
                ])
            ),
            (
                "Receipts",
                Schema.object([("receipts", Schema.list(Schema.open("a receipt, as docs/receipt.md describes it")))])
            ),
        ]
    }
}
