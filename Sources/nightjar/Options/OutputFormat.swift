internal import Foundation

/// How a listing is printed.
enum OutputFormat: String, CaseIterable, Sendable {
    case table, json, csv

    private static let format = Option<OutputFormat>.choice(
        "format", "how it is printed", among: OutputFormat.allCases.map { ($0.rawValue, $0) }, key: "format",
        standard: OutputFormat.table.rawValue)
    static let jsonFlag = Flag("json", "short for --format json", key: "json", excludes: "csv")
    static let csvFlag = Flag("csv", "short for --format csv", key: "csv", excludes: "json")

    /// The options of each listing.
    static let options: [any DeclaredOption] = [format, jsonFlag, csvFlag]
    /// The same for a listing that is JSON Lines where nothing else is asked for.
    static let optionsOfLines: [any DeclaredOption] =
        [format.with(\.standard, OutputFormat.json.rawValue), jsonFlag, csvFlag]

    /// - Parameters:
    ///   - arguments: The values of these options.
    ///   - standard: What holds where none is given.
    /// - Throws: ``UsageError`` for values that do not go together.
    init(_ arguments: Arguments, standard: OutputFormat = .table) throws(UsageError) {
        let named = try arguments.value(Self.format.with(\.standard, standard.rawValue)) ?? standard
        let short: (format: OutputFormat, origin: Origin?)? =
            arguments.isOn(Self.jsonFlag)
            ? (.json, arguments.origin(of: Self.jsonFlag))
            : arguments.isOn(Self.csvFlag) ? (.csv, arguments.origin(of: Self.csvFlag)) : nil
        guard let short, let origin = short.origin else {
            self = named
            return
        }
        guard let other = arguments.origin(of: Self.format), other.rank <= origin.rank else {
            self = short.format
            return
        }
        guard other.rank < origin.rank || named == short.format else {
            throw UsageError("\(origin) and \(other) \(named.rawValue) exclude each other")
        }
        self = named
    }
}

/// Comma-separated values: RFC 4180.
enum CSV {
    /// A line of fields.
    static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

/// Rows in columns of their own width, as text.
enum TextTable {
    /// The lines of rows, the header first.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - isOfNumbers: Whether all columns but the first have numbers, which end below each other.
    /// - Returns: The lines, without blanks at their ends.
    static func lines(_ rows: [[String]], isOfNumbers: Bool = false) -> [String] {
        guard let header = rows.first else { return [] }
        let widths = header.indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column in
                let pad = String(repeating: " ", count: widths[column] - row[column].columns)
                return isOfNumbers && column > 0 ? pad + row[column] : row[column] + pad
            }
            return cells.joined(separator: "  ").replacing(/[ ]+$/, with: "")
        }
    }
}
