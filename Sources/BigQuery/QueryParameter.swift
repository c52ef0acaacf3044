/// A value that a statement names as `@name`, so that it is never part of the statement's text.
package struct QueryParameter: Sendable {
    private let name: String
    private let type: ColumnType
    private let text: String

    /// A text.
    package init(_ name: String, _ text: String) { self.init(name, .string, text) }

    /// A whole number.
    package init(_ name: String, _ number: Int64) { self.init(name, .integer, String(number)) }

    /// A number, which is finite.
    package init(_ name: String, _ number: Double) {
        precondition(number.isFinite)
        self.init(name, .float, String(number))
    }

    /// A time: microseconds since 1970, UTC.
    package init(_ name: String, microseconds: Int64) {
        self.init(name, .timestamp, ColumnValue.text(microseconds))
    }

    private init(_ name: String, _ type: ColumnType, _ text: String) {
        self.name = name
        self.type = type
        self.text = text
    }

    /// As the service takes it: a `QueryParameter` of cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter.
    var fields: [String: Any] {
        let type =
            switch type {
            case .integer: "INT64"
            case .float: "FLOAT64"
            default: type.rawValue
            }
        return ["name": name, "parameterType": ["type": type], "parameterValue": ["value": text]]
    }
}
