internal import VOTables

/// A column of something in FROM, or of a query's result.
struct ResolvedColumn {
    /// Its SQL where it can be named.
    var sql: String
    var field: TableField
    /// The table's column that it is, unchanged.
    var origin: ADQLQuery.Origin?
}

/// Something in FROM.
struct ResolvedSource {
    /// What queries call it: an alias, or the table's name.
    let name: ADQLName
    /// The schema's name, where the table's own name is used.
    let schema: String?
    /// How SQL calls it.
    let alias: String
    var columns: [ResolvedColumn]
    var sky: ADQLTable.SkyIndex?
}

/// What names mean within a SELECT.
final class Scope {
    let outer: Scope?
    var sources: [ResolvedSource] = []
    /// The columns that a `*` gives: those that joins put together come once.
    var all: [(source: Int?, column: ResolvedColumn)] = []
    /// Columns that joins put together, which a name without a table means.
    var merged: [ResolvedColumn] = []

    init(outer: Scope?) { self.outer = outer }

    /// The column of a name, with where it comes from.
    func find(_ parts: [ADQLName]) throws(ADQLError) -> (column: ResolvedColumn, source: ResolvedSource?)? {
        guard let name = parts.last else { return nil }
        if parts.count == 1 {
            let shared = merged.filter { name.matches($0.field.name) }
            if shared.count == 1 { return (shared[0], nil) }
        }
        var found: [(ResolvedColumn, ResolvedSource)] = []
        for source in sources where Self.names(source, Array(parts.dropLast())) {
            // Of names that differ in capitals alone the one in double quotes is meant as it is written.
            let columns = source.columns.filter { name.matches($0.field.name) }
            let exact = columns.filter { $0.field.name == name.text }
            if let column = exact.first ?? columns.first { found.append((column, source)) }
        }
        guard found.count < 2 else {
            throw ADQLError(
                name.place,
                "several tables have a column '\(name.text)'; write which one, as \(found[0].1.name.text).\(name.text)")
        }
        if let found = found.first { return (found.0, found.1) }
        return try outer?.find(parts)
    }

    /// Whether a source is what the names before a column's are.
    static func names(_ source: ResolvedSource, _ qualifier: [ADQLName]) -> Bool {
        guard let table = qualifier.last else { return true }
        guard table.matches(source.name.text) || source.name.matches(table.text) else { return false }
        guard qualifier.count > 1 else { return true }
        return source.schema.map { qualifier[qualifier.count - 2].matches($0) } ?? false
    }

    /// Names like one that is not there, for the error.
    func likely(_ name: String) -> [String] {
        let all = sources.flatMap { $0.columns.map(\.field.name) }
        let wanted = name.lowercased()
        let near = all.filter {
            let other = $0.lowercased()
            return other.hasPrefix(wanted) || wanted.hasPrefix(other) || other.contains(wanted)
        }
        return Array(near.prefix(5))
    }
}
