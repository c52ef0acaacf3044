internal import Alerts
internal import Foundation
internal import JSON
internal import Query
internal import Sky

/// What a word in the search box stands for.
enum ResolveRoutes {
    static let all = [resolve]

    /// Arcsec around a position that is looked at: its last digit's, within these.
    private static let radii = 10.0...600.0

    private static let resolve = Route(
        path: "/api/v1/resolve",
        summary:
            "What a text stands for: an alert's id, an object's name or its beginning, or a position in any usual form",
        parameters: [
            .required(
                "q", .text(longest: Parameter.longestName),
                "an id, a name, or a position such as '10:00:12.3 +02:12:20' or '150.05 2.2'"),
            .survey,
            .optional("radius", .number(0...3_600), "around a position, arcsec; without it what its last digit says"),
            .optional("limit", .whole(1...200), "matches at most", standard: "20"),
        ], body: .json("Resolved")
    ) { question in
        let (values, query) = (question.values, question.values.text("q"))
        let word = query.trimmingCharacters(in: .whitespacesAndNewlines)
        let written = WrittenPosition(word)
        let radius = written.map {
            values["radius"] == nil
                ? min(max($0.uncertainty.rounded(.up), radii.lowerBound), radii.upperBound) : values.number("radius")
        }
        let (surveys, limit) = (values.survey.map { [$0] } ?? Survey.all, values.whole("limit"))
        let (named, around) = try question.read { reader -> ([NamedPlace], [NamedPlace]) in
            let named = try reader.places(named: word, of: surveys, limit: limit + 1)
            guard let position = written?.position, let radius else { return (named, []) }
            let around = try reader.places(
                ra: position.ra, dec: position.dec, radius: radius, of: surveys, limit: limit + 1)
            return (named, around)
        }
        let matches = named + around
        let notes = notes(of: word, named, isPosition: written != nil, isCut: matches.count > limit, limit: limit)
        let body: JSONTree = [
            "query": .text(query),
            "position": written.map { ["ra": .number($0.position.ra), "dec": .number($0.position.dec)] } ?? .null,
            "radius_arcsec": JSONTree(radius), "matches": .list(matches.prefix(limit).map(match)),
            "notes": .list(notes.map { .text($0) }),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static func match(_ place: NamedPlace) -> JSONTree {
        [
            "kind": .text(place.kind.rawValue), "survey": .text(place.survey.name), "name": JSONTree(place.name),
            "id": JSONTree(id: place.id), "ra": JSONTree(place.ra), "dec": JSONTree(place.dec),
            "separation_arcsec": JSONTree(place.distance),
        ]
    }

    /// What is not clear, and what to do.
    private static func notes(
        of word: String, _ named: [NamedPlace], isPosition: Bool, isCut: Bool, limit: Int
    ) -> [String] {
        var notes: [String] = []
        let whole = named.filter { $0.kind == .alert || $0.name?.lowercased() == word.lowercased() }
        if whole.count > 1 {
            let meanings = whole.map { "\($0.kind == .alert ? "an alert" : "an object") of \($0.survey.title)" }
            notes.append("'\(word)' is \(meanings.joined(separator: " and "))")
        } else if whole.isEmpty, named.count > 1 {
            notes.append("several names begin with '\(word)'")
        }
        if isPosition, !named.isEmpty { notes.append("'\(word)' is also read as a position") }
        if isCut { notes.append("there are more; these are the first \(limit)") }
        if named.isEmpty, !isPosition {
            notes.append(
                word.utf8.count < DataReader.leastBeginning
                    ? "the beginning of a name has at least \(DataReader.leastBeginning) characters"
                    : "no alert or object here has this id or name, and it is no position: say degrees as '150.05 2.2', or "
                        + "hours and degrees as '10:00:12.3 +02:12:20'")
        }
        return notes
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        func null(_ meaning: String) -> JSONTree { Schema.orNull(Schema.number(meaning)) }
        let match = Schema.object([
            ("kind", ["type": "string", "enum": .list(NamedPlace.Kind.allCases.map { .text($0.rawValue) })]),
            ("survey", Schema.text("the survey's name")), ("name", Schema.orNull(Schema.text("the object's name"))),
            ("id", Schema.id("the alert; of an object its newest, or its nearest to the position")),
            ("ra", null("degrees, ICRS")), ("dec", null("degrees, ICRS")),
            ("separation_arcsec", null("from the position; null where a name was asked for")),
        ])
        let position = Schema.object([
            ("ra", Schema.number("degrees, ICRS")), ("dec", Schema.number("degrees, ICRS")),
        ])
        return [
            (
                "Resolved",
                Schema.object([
                    ("query", Schema.text("the text")), ("position", Schema.orNull(position)),
                    ("radius_arcsec", null("how far around the position was looked")),
                    ("matches", Schema.list(match)),
                    ("notes", Schema.list(Schema.text("what is not clear, and what to do"))),
                ])
            )
        ]
    }
}
