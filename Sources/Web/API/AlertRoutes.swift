internal import Alerts
internal import Avro
internal import DataLayout
internal import Filters
internal import JSON
internal import Query

/// Alerts out of the archive.
enum AlertRoutes {
    static let all = [alert, filters, packet]

    static let id = Parameter.path("id", .id, "the alert's id, as the survey has it")

    /// The alert that a question names.
    static func archived(_ question: Question, _ reader: DataReader) throws -> ArchivedAlert {
        let id = question.values.id("id")
        guard let survey = question.values.survey else { return try reader.alert(id) }
        return try reader.alert(id, of: survey)
    }

    private static let alert = Route(
        path: "/api/v1/alerts/{id}",
        summary: "An alert: its row, its packet without images, where it came from, and the filters that it passed",
        parameters: [id, .survey], body: .json("Alert"), problems: [.notFound, .damaged]
    ) { question in
        let body: JSONTree = try question.read { reader in
            let archived = try archived(question, reader)
            let row = try reader.row(ofAlert: archived.id, of: archived.survey)
            var packet: [UInt8] = []
            do throws(AvroError) {
                try AvroJSON.append(
                    archived.body, schema: archived.schema, leavingOut: Set(archived.survey.packet.cutouts), to: &packet
                )
            } catch { throw BrokerError(.damagedArchive, path: archived.path, detail: "\(error)") }
            let passes = try reader.passes(ofAlert: archived.id, of: archived.survey)
            return [
                "survey": .text(archived.survey.name), "id": JSONTree(id: archived.id),
                "row": row.map { JSONTree($0) } ?? .null, "packet": .written(packet),
                "provenance": try provenance(archived, row, reader),
                "passes": .list(
                    passes.map { ["filter": .text($0.filter), "version": .text($0.version)] }),
            ]
        }
        return WebAnswer(body.bytes, "application/json")
    }

    private static func provenance(
        _ archived: ArchivedAlert, _ row: NamedRow?, _ reader: DataReader
    ) throws -> JSONTree {
        let origin = try reader.origin(of: archived)
        return [
            "data": .text(archived.folder.path), "source": JSONTree(origin.source?.name),
            "fingerprint": JSONTree(origin.source?.fingerprint), "partition": JSONTree(origin.source?.partition),
            "offset": origin.position.map { JSONTree(id: $0) } ?? .null, "schema": .text(origin.schema),
            "segment": .text(origin.segment), "archiveOffset": JSONTree(id: origin.offset),
            "byte": JSONTree(id: origin.byte), "length": JSONTree(id: origin.length),
            "checked": .flag(archived.isChecked), "times": .list(try times(archived, row, reader)),
        ]
    }

    /// When the alert was where on its way, as far as it is known: of files the end of the exposure alone.
    private static func times(
        _ archived: ArchivedAlert, _ row: NamedRow?, _ reader: DataReader
    ) throws -> [JSONTree] {
        var times = try reader.times(of: archived).map { (stage: $0.stage.rawValue, seconds: $0.seconds) }
        if times.isEmpty { times = [("exposureEnd", try decoded(archived).alert.exposureEnd)] }
        // LSST's packets say when their source was made.
        if let column = row?.columns.firstIndex(of: "timeProcessedMjdTai"), case .real(let mjd)? = row?.values[column],
            mjd > 0
        {
            times.append(("processed", Epoch(mjd: mjd, scale: .taiMiddle).secondsSince1970UTC))
        }
        return times.sorted { $0.seconds < $1.seconds }.map {
            ["stage": .text($0.stage), "mjd_utc": .number($0.seconds / 86_400 + 40_587)]
        }
    }

    private static let filters = Route(
        path: "/api/v1/alerts/{id}/filters",
        summary: "Why an alert passes filters or not: each cut of each, and the values that it looked at",
        parameters: [
            id, .survey, .optional("filter", .text(longest: 128), "only the filter of this name"),
        ], body: .json("AlertFilters"), problems: [.notFound, .damaged]
    ) { question in
        let (decoded, computed, texts) = try question.read {
            reader -> (DecodedAlert, ComputedValues, [FilterText]) in
            let archived = try archived(question, reader)
            let survey = archived.survey
            let computed = try StoredValues(question.settings.sight.computed(survey), in: archived.folder, survey)
                .values(of: archived.id)
            return (try Self.decoded(archived), computed, try reader.filterTexts(of: survey))
        }
        let wanted = question.values["filter"]
        let chosen = texts.filter { wanted == nil || $0.name == wanted }
        guard !chosen.isEmpty || wanted == nil else {
            throw Problem(
                .notFound,
                "there is no filter '\(wanted ?? "")'; there are \(texts.map(\.name).joined(separator: ", "))")
        }
        let engine = try question.settings.sight.engine(decoded.schema.survey)
        let verdicts = try chosen.map { text -> JSONTree in
            let cuts = try engine.explanation(of: text, for: decoded, computed: computed)
            let passes = cuts.allSatisfy { $0.verdict == true }
            return try JSONTree(encoding: CutValues(decoded, text, passes, cuts))
        }
        let body: JSONTree = ["filters": .list(verdicts)]
        return WebAnswer(body.bytes, "application/json")
    }

    /// An alert's packet, decoded.
    static func decoded(_ archived: ArchivedAlert) throws -> DecodedAlert {
        var decoder = AlertDecoder()
        var found: DecodedAlert?
        try decoder.decode(archived.container()[...]) { found = $0 }
        guard let found else {
            throw BrokerError(.damagedArchive, path: archived.path, detail: "the record of the alert is none")
        }
        return found
    }

    private static let packet = Route(
        path: "/api/v1/alerts/{id}/packet.avro",
        summary: "An alert's packet as an Avro container: with the corrected schema, or just as it was received",
        parameters: [
            id, .survey, .optional("original", .flag, "as it was received, byte for byte", standard: "false"),
        ], body: .bytes("application/avro"), problems: [.notFound, .damaged]
    ) { question in
        let bytes = try question.read { reader in
            let archived = try archived(question, reader)
            return question.values.flag("original") ? Array(try archived.received()) : try archived.container()
        }
        var answer = WebAnswer(bytes, "application/avro")
        answer.caching = .unchanging
        return answer
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let origin = Schema.object([
            ("data", Schema.text("the data folder")),
            ("source", Schema.orNull(Schema.text("what it came from, as the ledger names it"))),
            ("fingerprint", Schema.orNull(Schema.text("of the source's content"))),
            ("partition", Schema.orNull(Schema.integer("the source's partition"))),
            ("offset", Schema.orNull(Schema.id("its packet's number in the source, such as Kafka's offset"))),
            ("schema", Schema.text("the fingerprint of the schema that it is stored with")),
            ("segment", Schema.text("the file that has it, below the data folder")),
            ("archiveOffset", Schema.id("its message's offset in the topic of archived alerts")),
            ("byte", Schema.id("where it begins in the segment")), ("length", Schema.id("its bytes")),
            ("checked", Schema.flag("whether it was compared with its checksum")),
            (
                "times",
                Schema.list(
                    Schema.object([
                        (
                            "stage",
                            [
                                "type": "string",
                                "enum": .list(
                                    (AlertTimesTable.Stage.allCases.map(\.rawValue) + ["processed"]).map { .text($0) }),
                            ]
                        ),
                        ("mjd_utc", Schema.number("MJD UTC")),
                    ]))
            ),
        ])
        let rows = Schema.object([
            ("table", Schema.text("the table that the cut looked at")), ("count", Schema.integer("its rows")),
            ("columns", Schema.list(Schema.text("a column"))), ("rows", Schema.list(Schema.list(true))),
        ])
        let cut = Schema.object([
            ("cut", Schema.text("the cut's name")), ("verdict", Schema.orNull(Schema.flag("what it says"))),
            ("values", Schema.list(rows)),
        ])
        let filter = Schema.object([
            ("filter", Schema.text("the filter's name")), ("version", Schema.text("the SHA-256 of its text")),
            ("survey", Schema.text("the survey's name")), ("alert", Schema.id("the alert's id")),
            ("passes", Schema.flag("whether all cuts are true")), ("cuts", Schema.list(cut)),
        ])
        let pass = Schema.object([
            ("filter", Schema.text("the filter's name")), ("version", Schema.text("the SHA-256 of its text")),
        ])
        return [
            (
                "Alert",
                Schema.object([
                    ("survey", Schema.text("the survey's name")), ("id", Schema.id("the alert's id")),
                    ("row", Schema.orNull(Schema.open("its row of the survey's table"))),
                    ("packet", Schema.open("the packet as the survey sent it, without images")),
                    ("provenance", origin), ("passes", Schema.list(pass)),
                ])
            ), ("AlertFilters", Schema.object([("filters", Schema.list(filter))])),
        ]
    }
}
