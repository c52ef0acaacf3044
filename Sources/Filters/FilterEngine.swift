package import Alerts
package import Catalogues
internal import SQLite

/// Evaluates filters on the alerts of one survey. Used by one thread.
package final class FilterEngine {
    private let database: Database
    private let rows: AlertRows
    let survey: Survey

    /// An engine without filters.
    ///
    /// - Parameters:
    ///   - survey: Whose alerts are judged.
    ///   - catalogues: What filters may ask of the sky around an alert, each a table of its name.
    ///   - computed: What is computed of an alert before it is judged.
    /// - Throws: ``FilterError`` where SQLite fails, or a catalogue has the name of another table.
    package init(
        _ survey: Survey, catalogues: [Catalogue] = [], computed: [ComputedTable] = []
    ) throws(FilterError) {
        self.survey = survey
        let rows = AlertRows(survey, catalogues, computed)
        let names = rows.tables.map { $0.name.lowercased() }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw FilterError(path: "catalogue \(twice)", reason: "filters have another table of this name")
        }
        do throws(SQLiteError) {
            database = try Database(FilterFunctions.sandbox)
            self.rows = rows
            for table in rows.tables { try database.add(table) }
            try FilterFunctions.add(to: database) { rows.covers($0) }
        } catch { throw FilterError(path: "filters of \(survey.name)", reason: error.message) }
    }

    // MARK: - Compiling

    /// Prepares a filter.
    ///
    /// - Throws: ``FilterError`` with the place of a mistake, and the name that may have been meant.
    package func compile(_ filter: FilterText) throws(FilterError) -> CompiledFilter {
        try check(filter)
        _ = database.takeTablesRead()
        let statement = try prepare(filter, filter.sql)
        let cuts = try cuts(of: statement, filter)
        let read = database.takeTablesRead()
        return CompiledFilter(
            filter, cuts: cuts, tables: read, catalogues: read.intersection(rows.catalogueNames).sorted(),
            absent: read.intersection(rows.absentNames).sorted(), statement: statement)
    }

    /// Finds the mistakes that SQLite does not, or only for an alert.
    private func check(_ filter: FilterText) throws(FilterError) {
        let words = SQLWords(filter.sql)
        func mistake(_ word: SQLWords.Word, _ reason: String) -> FilterError {
            FilterError(path: filter.path, sql: filter.sql, offset: word.offset, reason: reason)
        }
        if let first = words.words.first, ["explain", "values"].contains(first.text.lowercased()) {
            throw mistake(first, "a filter is a SELECT")
        }
        for word in words.arguments(of: "covers") where rows.covers(word.text) == nil {
            let near = NearestName.of(word.text, among: rows.catalogueNames).map { " (did you mean \($0)?)" } ?? ""
            throw mistake(word, "covers: there is no catalogue '\(word.text)'\(near)")
        }
    }

    /// Prepares a statement over an alert's tables that gives any rows, for people who write filters.
    ///
    /// - Throws: ``FilterError``.
    package func query(_ filter: FilterText) throws(FilterError) -> AlertQuery {
        AlertQuery(filter, statement: try prepare(filter, filter.sql), database)
    }

    private func prepare(_ filter: FilterText, _ sql: String) throws(FilterError) -> Statement {
        // SQLite writes a common table anew wherever it is named, and is not to be stopped while it does.
        guard SQLWords(sql).expansions <= SQLWords.mostExpansions else {
            throw FilterError(
                path: filter.path,
                reason: "its WITH tables would be written out more than \(SQLWords.mostExpansions) times")
        }
        database.beginSteps()
        _ = database.takeRefusal()
        let statement: Statement
        do throws(SQLiteError) { statement = try database.prepare(sql) } catch {
            throw mistake(error, filter)
        }
        // What stands behind the statement would never be run.
        let rest = String(decoding: sql.utf8.dropFirst(statement.end), as: UTF8.self)
        guard try isEmpty(rest) else {
            throw FilterError(
                path: filter.path, sql: sql, offset: statement.end,
                reason: "a filter is one statement; this begins another")
        }
        guard statement.columnCount > 0 else {
            throw FilterError(path: filter.path, reason: "a filter is a SELECT with a column for each cut")
        }
        return statement
    }

    /// Whether nothing but blanks and comments is in a text.
    private func isEmpty(_ text: String) throws(FilterError) -> Bool {
        do throws(SQLiteError) { _ = try database.prepare(text) } catch { return error.isOfNothing }
        return false
    }

    private func mistake(_ error: SQLiteError, _ filter: FilterText) -> FilterError {
        if error.isOfNothing { return FilterError(path: filter.path, reason: "there is no statement") }
        if let refusal = database.takeRefusal() {
            return FilterError(
                path: filter.path, sql: filter.sql, offset: place(of: refusal, in: filter), reason: refusal)
        }
        var reason = error.message
        var offset = database.errorOffset
        let parts = reason.split(separator: ": ", maxSplits: 1).map { String($0) }
        if parts.count == 2, let near = meant(parts[0], parts[1]) { reason += " (did you mean \(near)?)" }
        if offset == nil, parts.count == 2 { offset = place(of: parts[1], in: filter) }
        return FilterError(path: filter.path, sql: filter.sql, offset: offset, reason: reason)
    }

    /// The name that somebody may have meant by one that SQLite does not know.
    private func meant(_ what: String, _ name: String) -> String? {
        let last = name.split(separator: ".").last.map { String($0) } ?? name
        switch what {
        case "no such column": return NearestName.of(last, among: rows.tables.flatMap(\.columns))
        case "no such table": return NearestName.of(last, among: rows.tables.map(\.name))
        case "no such function": return NearestName.of(last, among: FilterFunctions.sandbox.functions)
        default: return nil
        }
    }

    /// Where the last word of a reason first stands in a filter.
    private func place(of reason: String, in filter: FilterText) -> Int? {
        for word in reason.split(separator: " ").reversed() {
            let wanted = Array(word.lowercased().utf8)
            let text = Array(filter.sql.lowercased().utf8)
            guard wanted.count > 1, text.count >= wanted.count else { continue }
            if let start = (0...text.count - wanted.count).first(where: {
                text[$0..<$0 + wanted.count].elementsEqual(wanted)
            }) {
                return start
            }
        }
        return nil
    }

    private func cuts(of statement: Statement, _ filter: FilterText) throws(FilterError) -> [String] {
        guard statement.columnCount <= CutVerdicts.most else {
            throw FilterError(path: filter.path, reason: "a filter has \(CutVerdicts.most) cuts at most")
        }
        var cuts: [String] = []
        for column in 0..<statement.columnCount {
            let name = statement.name(column)
            guard FilterText.isName(name) else {
                throw FilterError(
                    path: filter.path,
                    reason:
                        "cut \(column + 1) is called '\(name)': it needs ... AS is_something, a small letter and then "
                        + "at most 30 of a-z, 0-9 and _")
            }
            guard !cuts.contains(name) else {
                throw FilterError(path: filter.path, reason: "two cuts are named \(name)")
            }
            cuts.append(name)
        }
        return cuts
    }

    // MARK: - Evaluating

    /// Calls `body` while filters of this engine see an alert, and what was computed of it.
    package func with<Value>(
        _ alert: DecodedAlert, computed: ComputedValues = [:], _ body: () -> Value
    ) -> Value { rows.with(alert, computed, body) }

    /// Calls `body`, and says of which tables it read which columns.
    func reading(
        _ body: () throws(FilterError) -> Void
    ) throws(FilterError) -> [(table: String, columns: [String])] { try rows.reading(body) }

    /// The tables that filters of this survey read, with their columns and how many rows the alert that is seen has; not those of
    /// catalogues that are not there.
    package var tables: [(name: String, columns: [String], count: Int)] {
        let absent = rows.absentNames
        return rows.tables.filter { !absent.contains($0.name) }.map { ($0.name, $0.columns, $0.rowCount) }
    }

    /// What a filter says of the alert that it sees.
    ///
    /// - Throws: ``FilterError`` for a filter that breaks its bounds, or does not give exactly one row.
    package func verdict(of filter: CompiledFilter) throws(FilterError) -> CutVerdicts {
        database.beginSteps()
        let statement = filter.statement
        var verdicts = CutVerdicts()
        var rows = 0
        do throws(SQLiteError) {
            while rows < 2, try statement.step() {
                rows += 1
                guard rows == 1 else { break }
                for column in 0..<filter.cuts.count {
                    // A null is 0 as a number, so that only then SQLite is asked again.
                    let isTrue = statement.double(column) != 0
                    verdicts.append(isTrue ? true : statement.isNull(column) ? nil : false)
                }
            }
        } catch { throw Self.failure(error, of: filter.text, database) }
        if rows == 2 { statement.reset() }
        guard rows == 1 else {
            throw FilterError(
                path: filter.text.path,
                reason: "it gives \(rows == 0 ? "no row" : "more than one row") for an alert, where a filter gives one")
        }
        return verdicts
    }

    /// Time of a core that the last verdict took, where it took many steps.
    package var timeTaken: Duration { database.timeTaken }

    /// Why a statement ended.
    static func failure(_ error: SQLiteError, of filter: FilterText, _ database: Database) -> FilterError {
        let sandbox = FilterFunctions.sandbox
        let bound: String? =
            switch error.code {
            case .interrupted where database.wasOverTime: "\(Int(sandbox.time / .seconds(1))) s of a core"
            case .interrupted: "\(sandbox.steps) steps"
            case _ where error.message == FilterFunctions.tooManySteps: "\(sandbox.steps) steps"
            default: nil
            }
        if let bound {
            return FilterError(
                path: filter.path, reason: "it took more than \(bound) on one alert", breaksBounds: true)
        }
        switch error.code {
        case .cannotOpen:
            return FilterError(
                path: filter.path, reason: "it needs more memory on one alert than a filter may have",
                breaksBounds: true)
        case .tooBig:
            return FilterError(
                path: filter.path, reason: "it makes a text of more than \(sandbox.longestText) bytes",
                breaksBounds: true)
        default: return FilterError(path: filter.path, reason: error.message)
        }
    }
}
