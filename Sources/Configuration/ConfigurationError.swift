/// Why a configuration cannot be used: all problems, each with its line. It shows no value that could be a secret.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// One problem, and where it is.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        /// The line, from 1.
        package let line: Int
        /// The column, from 1, where the text is not JSON5.
        package let column: Int?
        /// The key's path, such as `kafka.properties.sasl.mechanism` or `sources[2]`; empty for the whole file.
        package let path: String
        /// The reason.
        package let reason: String

        init(line: Int, column: Int? = nil, path: String = "", _ reason: String) {
            self.line = line
            self.column = column
            // A name out of a file may hold control characters, which must not reach a terminal.
            self.path = String(
                path.prefix(200).map { $0.isNewline || $0.asciiValue.map { $0 < 32 } == true ? "?" : $0 })
            self.reason = reason
        }

        package var description: String {
            "\(line)" + (column.map { ":\($0)" } ?? "") + ": " + (path.isEmpty ? "" : path + ": ") + reason
        }
    }

    /// The file, as it was named.
    package let file: String
    /// All problems, in the order of the file.
    package let problems: [Problem]

    /// A line for each problem.
    package var lines: [String] { problems.map { "\(file):\($0)" } }
    package var description: String { lines.joined(separator: "\n") }
}
