/// A value of a JSON5 document, and the line that it begins at.
package struct JSON5Value: Sendable {
    /// A member of an object.
    package struct Member: Sendable {
        /// Its name.
        package let name: String
        /// The line that the name stands in, from 1.
        package let line: Int
        /// Its value.
        package let value: JSON5Value
    }

    /// What a value is.
    package enum Content: Sendable {
        case null
        case boolean(Bool)
        case number(Double)
        case string(String)
        case array([JSON5Value])
        case object([Member])
    }

    /// The line that it begins at, from 1.
    package let line: Int
    /// What it is.
    package let content: Content

    init(line: Int, content: Content) { (self.line, self.content) = (line, content) }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: JSON5 in UTF-8, of ``Configuration/longest`` bytes at most.
    ///   - file: The file's name in errors.
    /// - Throws: The first problem.
    package init(_ bytes: some Collection<UInt8>, file: String) throws(ConfigurationError) {
        guard bytes.count <= Configuration.longest else {
            throw ConfigurationError(
                file: file, problems: [.init(line: 1, "longer than \(Configuration.longest) bytes")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(file: file, problems: [.init(line: 1, "not UTF-8")])
        }
        do throws(ConfigurationError.Problem) { self = try JSON5Parser.parse(text) } catch {
            throw ConfigurationError(file: file, problems: [error])
        }
    }

    /// The kind of value, for error messages.
    package var kind: String {
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
