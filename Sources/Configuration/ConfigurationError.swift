/// Why a configuration cannot be used: all that is wrong with it, each with its line. It repeats no value that could be a
/// secret.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// One thing that is wrong, and where.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        /// Lines and columns count from 1; a column is given where the text is not even JSON5.
        package let line: Int
        /// The column, where the text is not even JSON5.
        package let column: Int?
        /// As `kafka.properties.sasl.mechanism` or `sources[2]`; empty for the whole.
        package let path: String
        /// What is wrong.
        package let reason: String

        init(line: Int, column: Int? = nil, path: String = "", _ reason: String) {
            self.line = line
            self.column = column
            // A name out of a file may be anything, and must not write over the terminal.
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
    /// All that is wrong, in the file's order.
    package let problems: [Problem]

    /// One for each problem.
    package var lines: [String] { problems.map { "\(file):\($0)" } }
    package var description: String { lines.joined(separator: "\n") }
}
