/// What tables and their columns mean: the one declaration of units, UCDs and descriptions.
package enum TableMeanings {
    /// What a column means.
    package struct Column: Sendable {
        /// In VOUnits 1.0.
        package let unit: String?
        /// UCD1+.
        package let ucd: String?
        /// In words.
        package let description: String?
    }

    private struct Line {
        let table, column: String
        let meaning: Column
    }

    /// The lines by their columns' names; those of several columns are under `*`.
    private static let columns: [String: [Line]] = {
        var lines: [String: [Line]] = [:]
        for parts in rows(PackageResources.columns_txt, 5) {
            func part(_ index: Int) -> String? { parts[index].isEmpty ? nil : parts[index] }
            let line = Line(
                table: parts[0], column: parts[1],
                meaning: Column(unit: part(2), ucd: part(3), description: part(4)))
            lines[parts[1].contains("*") ? "*" : parts[1], default: []].append(line)
        }
        return lines
    }()

    private static let tables: [[String]] = rows(PackageResources.tables_txt, 2)

    private static func rows(_ bytes: [UInt8], _ count: Int) -> [[String]] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: "|", omittingEmptySubsequences: false).map { String($0) } }
            .filter { $0.count == count }
    }

    /// What a table's column means; `nil` where nothing is known of it.
    package static func column(_ name: String, of table: String) -> Column? {
        let lines = (columns[name] ?? []) + (columns["*"] ?? []).filter { fits(name, $0.column) }
        return lines.first { fits(table, $0.table) }?.meaning
    }

    /// What a table has; `nil` for one that is internal.
    package static func table(_ name: String) -> String? {
        guard let line = tables.first(where: { fits(name, $0[0]) }) else { return nil }
        guard line[1].contains("%") else { return line[1] }
        // A table of a survey's begins with the survey's name.
        return Survey.all.first { name.hasPrefix($0.name + "_") }.map { line[1].replacing("%", with: $0.title) }
    }

    /// Whether a name is of a pattern, whose stars stand for anything.
    private static func fits(_ name: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return name == pattern }
        guard name.hasPrefix(parts[0]), name.hasSuffix(parts[parts.count - 1]),
            name.utf8.count >= parts[0].utf8.count + parts[parts.count - 1].utf8.count
        else { return false }
        var rest = name.dropFirst(parts[0].count).dropLast(parts[parts.count - 1].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
