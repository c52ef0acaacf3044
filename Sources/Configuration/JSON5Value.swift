/// A value of a JSON5 document, and the line that it begins at.
struct JSON5Value {
    struct Member {
        let name: String
        let line: Int
        let value: JSON5Value
    }

    enum Content {
        case null
        case boolean(Bool)
        case number(Double)
        case string(String)
        case array([JSON5Value])
        case object([Member])
    }

    let line: Int
    let content: Content

    /// The kind of value, for error messages.
    var kind: String {
        switch content {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// A number without a fraction where it is whole.
    static func text(_ number: Double) -> String {
        Int(exactly: number).map { String($0) } ?? String(number)
    }
}
