internal import Catalogues
internal import JSON
internal import Query
internal import Sky

/// The catalogues that alerts are matched with.
enum CatalogueRoutes {
    static let all = [catalogues, cone]

    private static let catalogues = Route(
        path: "/api/v1/catalogues", summary: "The catalogues that filters ask, with their columns", parameters: [],
        body: .json("Catalogues")
    ) { question in
        let body: JSONTree = [
            "catalogues": .list(
                question.settings.library.catalogues.map { catalogue in
                    [
                        "name": .text(catalogue.name), "rows": .integer(catalogue.count),
                        "columns": .list(catalogue.columns.map { .text($0.name) }),
                        "radius_arcsec": .number(catalogue.radius),
                    ]
                })
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static let cone = Route(
        path: "/api/v1/catalogues/{name}/cone", summary: "A catalogue's sources around a place, the nearest first",
        parameters: [
            .path("name", .text(longest: 64), "the catalogue's name"),
            .required("ra", .number(0...360), "right ascension, degrees, ICRS"),
            .required("dec", .number(-90...90), "declination, degrees, ICRS"),
            .optional("radius", .number(0...600), "arcsec; without it the catalogue's own"),
            .optional("limit", .whole(1...10_000), "how many at most", standard: "1000"),
        ], body: .json("CatalogueCone"), problems: [.notFound]
    ) { question in
        let (values, all) = (question.values, question.settings.library.catalogues)
        let name = values.text("name")
        guard let catalogue = all.first(where: { $0.name == name }) else {
            let there = all.isEmpty ? "there are none" : "there are \(all.map(\.name).joined(separator: ", "))"
            throw Problem(.notFound, "there is no catalogue '\(name)'; \(there); 'nightjar catalogue add' makes them")
        }
        let place = SkyPosition(ra: values.number("ra"), dec: values.number("dec"))
        let matches = catalogue.matches(place, within: values["radius"] == nil ? nil : values.number("radius"))
        let limit = values.whole("limit")
        let own = catalogue.columns.indices.filter { !placed.contains(catalogue.columns[$0].name.lowercased()) }
        let rows = matches.prefix(limit).map { match -> JSONTree in
            let position = catalogue.position(match.source)
            return .list(
                [.number(position.ra), .number(position.dec), .number(match.distance)]
                    + own.map { value(catalogue.value(match.source, $0)) })
        }
        let body: JSONTree = [
            "catalogue": .text(name),
            "columns": .list((placed + own.map { catalogue.columns[$0].name }).map { .text($0) }), "rows": .list(rows),
            "truncated": .flag(matches.count > limit),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    /// Before the catalogue's own columns, of which those are left out that have these names.
    private static let placed = ["ra", "dec", "separation_arcsec"]

    /// Whole numbers beyond 2^53 as texts.
    private static func value(_ value: CatalogueValue) -> JSONTree {
        switch value {
        case .null: .null
        case .integer(let number) where number.magnitude <= 1 << 53: .integer(Int(number))
        case .integer(let number): .text(String(number))
        case .real(let number): .number(number)
        case .text(let text): .text(text)
        }
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let catalogue = Schema.object([
            ("name", Schema.text("its name")), ("rows", Schema.integer("its sources")),
            ("columns", Schema.list(Schema.text("a column's name"))),
            ("radius_arcsec", Schema.number("how near a source is a match where nobody says otherwise, arcsec")),
        ])
        return [
            ("Catalogues", Schema.object([("catalogues", Schema.list(catalogue))])),
            (
                "CatalogueCone",
                Schema.object([
                    ("catalogue", Schema.text("its name")),
                    (
                        "columns",
                        Schema.list(
                            Schema.text(
                                "a column's name; the first three are the source's ra and dec, degrees, and its separation_arcsec"
                            ))
                    ), ("rows", Schema.list(Schema.list(["type": ["string", "number", "null"]]))),
                    ("truncated", Schema.flag("whether there are more than 'limit'")),
                ])
            ),
        ]
    }
}
