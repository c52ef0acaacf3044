internal import JSON
package import Alerts
package import Catalogues
package import Filters

/// What cuts looked at, as people and programs read it.
package struct CutValues: Encodable {
    private let id: Int64
    private let filter: FilterText
    private let passes: Bool
    private let cuts: [CutExplanation]

    /// What the cuts of a filter say of an alert.
    package init(_ alert: DecodedAlert, _ filter: FilterText, _ passes: Bool, _ cuts: [CutExplanation]) {
        (id, self.filter, self.passes, self.cuts) = (alert.alert.id, filter, passes, cuts)
    }

    private enum Key: String, CodingKey { case filter, version, survey, alert, passes, cuts }
    private struct Cut: Encodable {
        let cut: String
        let verdict: Bool?
        let values: [Rows]
        private enum Key: CodingKey { case cut, verdict, values }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(cut, forKey: .cut)
            // Null is a verdict too.
            try members.encode(verdict, forKey: .verdict)
            try members.encode(values, forKey: .values)
        }
    }
    private struct Rows: Encodable {
        let table: String
        let count: Int
        let columns: [String]
        let rows: [[AlertQuery.Value]]
    }

    /// One object.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(filter.name, forKey: .filter)
        try members.encode(filter.version, forKey: .version)
        try members.encode(filter.survey.name, forKey: .survey)
        try members.encode("\(id)", forKey: .alert)
        try members.encode(passes, forKey: .passes)
        try members.encode(
            cuts.map { cut in
                Cut(
                    cut: cut.cut, verdict: cut.verdict,
                    values: cut.values.map {
                        Rows(table: $0.table, count: $0.count, columns: $0.columns, rows: $0.rows)
                    })
            }, forKey: .cuts)
    }

    /// The alert's own values in a line; of a history a line a row.
    package static func lines(_ values: CutExplanation.Rows) -> [String] {
        func line(_ row: [AlertQuery.Value]) -> String {
            zip(values.columns, row).map { "\($0) \($1.text ?? "null")" }.joined(separator: ", ")
        }
        guard values.table != "alert" else { return values.rows.map(line) }
        let rest = values.count - values.rows.count
        return ["\(values.table): \(values.count) row\(values.count == 1 ? "" : "s")"]
            + values.rows.map { "  \(line($0))" } + (rest > 0 ? ["  ... and \(rest) more"] : [])
    }

    /// A catalogue's value.
    package static func value(_ value: CatalogueValue) -> AlertQuery.Value {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text(let text): .text(text)
        }
    }

    /// A row of a statement as a JSON object.
    package static func json(_ row: [AlertQuery.Value], of columns: [String]) throws -> [UInt8] {
        try OrderedJSON.bytes(of: OrderedMembers(zip(columns, row).map { ($0, $1) }), isCompact: true)
    }
}

extension AlertQuery.Value: Encodable {
    /// As people read it; `nil` for null.
    package var text: String? {
        switch self {
        case .null: nil
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): text
        }
    }

    /// As a number, a text or null; a number beyond 2^53 as a text.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        // JSON's readers round larger ones.
        case .integer(let number):
            if number.magnitude > 1 << 53 { try value.encode("\(number)") } else { try value.encode(number) }
        case .real(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        }
    }
}
