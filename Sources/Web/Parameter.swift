internal import Alerts
internal import JSON

/// A part of a path, or a parameter of a query: declared once, read and described by it.
struct Parameter: Sendable {
    enum Kind: Sendable {
        case text(longest: Int)
        /// A whole number of 64 bits.
        case id
        case whole(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case flag
        /// YYYYMMDD; 0 for packets whose night is unknown.
        case night
        case choice([String])
    }

    let name: String
    let kind: Kind
    let meaning: String
    var isRequired = false
    /// What it is where it is not given, in the query's words.
    var standard: String?

    static func path(_ name: String, _ kind: Kind, _ meaning: String) -> Parameter {
        Parameter(name: name, kind: kind, meaning: meaning, isRequired: true)
    }

    static func required(_ name: String, _ kind: Kind, _ meaning: String) -> Parameter {
        Parameter(name: name, kind: kind, meaning: meaning, isRequired: true)
    }

    static func optional(_ name: String, _ kind: Kind, _ meaning: String, standard: String? = nil) -> Parameter {
        Parameter(name: name, kind: kind, meaning: meaning, standard: standard)
    }

    /// Why a text is no value; `nil` where it is one.
    func refusal(of text: String) -> String? {
        switch kind {
        case .text(let longest):
            (1...longest).contains(text.utf8.count)
                ? nil : "is a text of 1 to \(longest) bytes (this one has \(text.utf8.count))"
        case .id: Int64(text) == nil ? "is a whole number of 64 bits" : nil
        case .whole(let range):
            Int(text).map(range.contains) == true
                ? nil : "is a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            Self.number(text).map(range.contains) == true
                ? nil : "is a number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: text == "true" || text == "false" ? nil : "is true or false"
        case .night:
            text == "0" || Int(text).flatMap { CalendarDate(yyyymmdd: $0) } != nil
                ? nil : "is a date as 20240915, or 0 for an unknown night"
        case .choice(let words): words.contains(text) ? nil : "is one of " + words.joined(separator: ", ")
        }
    }

    /// The longest text that is read as a number, bytes.
    private static let longestNumber = 60

    /// Digits, a sign, a point and an exponent: Swift also reads `0x1p3`, `inf` and `nan`. No pattern, which would take longer
    /// than the search that the number is for.
    static func number(_ text: String) -> Double? {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        return isPlain && text.utf8.count <= longestNumber ? Double(text) : nil
    }

    /// Its JSON Schema.
    var schema: JSONTree {
        var members: [(name: String, value: JSONTree)]
        switch kind {
        case .text(let longest):
            members = [("type", "string"), ("minLength", 1), ("maxLength", .integer(longest))]
        case .id: members = [("type", "string"), ("pattern", "^[+-]?[0-9]{1,19}$")]
        case .whole(let range):
            members = [
                ("type", "integer"), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound)),
            ]
        case .number(let range):
            members = [
                ("type", "number"), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound)),
            ]
        case .flag: members = [("type", "boolean")]
        case .night: members = [("type", "string"), ("pattern", "^(0|[0-9]{8})$")]
        case .choice(let words): members = [("type", "string"), ("enum", .list(words.map { .text($0) }))]
        }
        if let standard {
            switch kind {
            case .whole: members.append(("default", JSONTree(Int(standard))))
            case .number: members.append(("default", JSONTree(Self.number(standard))))
            case .flag: members.append(("default", .flag(standard == "true")))
            default: members.append(("default", .text(standard)))
            }
        }
        return .object(members)
    }
}

/// The values of a request's parameters, which their declarations have accepted.
struct ParameterValues: Hashable {
    private let values: [String: String]

    /// Reads the values of a route's parameters.
    ///
    /// - Throws: ``Problem`` for a parameter that is missing, unknown or no value.
    init(_ parameters: [Parameter], path: [String: String], query: [String: String]) throws(Problem) {
        var values: [String: String] = [:]
        let own = parameters.filter { path[$0.name] == nil }.map(\.name)
        if let unknown = query.keys.sorted().first(where: { !own.contains($0) }) {
            let names = own.isEmpty ? "there are none" : "there are " + own.joined(separator: ", ")
            throw Problem(.badRequest, "there is no parameter \(unknown.quoted) here; \(names)")
        }
        for parameter in parameters {
            guard let text = path[parameter.name] ?? query[parameter.name] ?? parameter.standard else {
                if parameter.isRequired {
                    throw Problem(.badRequest, "the parameter '\(parameter.name)' is missing: \(parameter.meaning)")
                }
                continue
            }
            if let refusal = parameter.refusal(of: text) {
                throw Problem(.badRequest, "'\(parameter.name)' \(refusal), and not \(text.quoted)")
            }
            values[parameter.name] = text
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }
    func text(_ name: String) -> String { values[name] ?? "" }
    func id(_ name: String) -> Int64 { Int64(text(name)) ?? 0 }
    func whole(_ name: String) -> Int { Int(text(name)) ?? 0 }
    func number(_ name: String) -> Double { Parameter.number(text(name)) ?? .nan }
    func flag(_ name: String) -> Bool { values[name] == "true" }
    /// A survey by its name.
    var survey: Survey? { values["survey"].flatMap { Survey.named($0) } }
}

extension Parameter {
    /// Whose alerts are meant.
    static let survey = optional(
        "survey", .choice(Survey.all.map(\.name)), "the survey, where several have the name or id")
    /// Bytes of an object's name: a packet may have any text, and so much fits into an address, escaped.
    static let longestName = 4_096
    /// Which object is meant.
    static let object = path("name", .text(longest: longestName), "the object's name, as the survey has it")
    /// A page's length.
    static let limit = optional("limit", .whole(1...1_000), "how many at most", standard: "200")
    /// Where a page begins.
    static let cursor = optional("cursor", .text(longest: 400), "'next' of the page before")
}
