package import Alerts
package import Filters

/// A computation on one alert, without I/O: a match, a score, a filter's verdict, a fit.
///
/// A new stage is a folder of its own in this target and a line where a run's ``StageList`` is put together. Its columns are then
/// in the alert's row, in the messages of the filtered streams and in the attributes of every message, and its tallies in the
/// report; nothing else changes.
package protocol Stage<Output>: Sendable {
    /// The type of the stage's output.
    associatedtype Output: StageOutput

    /// The columns that it adds to the rows of a survey's alerts and to messages; empty for a stage with a table of its own.
    func columns(of survey: Survey) -> [ProductColumn]

    /// The table in which filters of a survey see its columns; `nil` where they do not.
    func table(of survey: Survey) -> ComputedTable?

    /// Runs the stage on an alert.
    ///
    /// - Parameter alert: The alert, with the values of earlier stages.
    /// - Returns: The output; `nil` for null in all columns.
    func run(_ alert: ProcessedAlert) -> Output?
}

extension Stage {
    /// `nil`.
    package func table(of survey: Survey) -> ComputedTable? { nil }
}

/// The output of a stage for an alert.
package protocol StageOutput: Sendable {
    /// The values in the order of the stage's columns.
    var values: [ProductValue] { get }
    /// Adds to the report's tallies, once for each stored alert.
    func count(in tallies: inout Tallies)
}

/// The stages that are run on every alert before the filter, and the columns of their values and the filter's.
package final class StageList: Sendable {
    /// The filter alone.
    package static let standard = StageList([])

    /// What the stages add for one survey.
    private struct Added: Sendable {
        var columns = FilterVerdict.columns
        /// The tables of filters, each with its place among the stages' values.
        var tables: [(table: ComputedTable, values: Range<Int>)] = []
    }

    private let added: [Survey: Added]
    private let stages: [@Sendable (inout ProcessedAlert) -> Void]

    /// Stages in their order; the names of all columns must differ.
    package init(_ stages: [any Stage]) {
        self.stages = stages.map { Self.runner($0) }
        var added: [Survey: Added] = [:]
        for survey in Survey.all {
            var all = Added()
            for stage in stages {
                let columns = stage.columns(of: survey)
                let start = all.columns.count - FilterVerdict.columns.count
                if let table = stage.table(of: survey) { all.tables.append((table, start..<start + columns.count)) }
                all.columns += columns
            }
            precondition(
                Set(all.columns.map { $0.name.lowercased() }).count == all.columns.count, "two stages add one column")
            added[survey] = all
        }
        self.added = added
    }

    /// What is wrong with the stages' columns in the tables of a survey; `nil` for nothing.
    package static func fault(of stages: [any Stage], for survey: Survey) -> String? {
        let columns = stages.flatMap { $0.columns(of: survey) }
        guard columns.count <= mostColumns else {
            return "there are \(columns.count) columns of matches and scores, and tables take \(mostColumns)"
        }
        let own =
            FilterVerdict.columns.map(\.name) + (survey.tables.firstColumns + survey.tables.otherColumns).map(\.name)
        var taken = Set(own.map { $0.lowercased() })
        return columns.first { !taken.insert($0.name.lowercased()).inserted }.map {
            "two things of \(survey.title)'s alerts would be in a column \($0.name): give the catalogue or classifier another name"
        }
    }

    /// Columns of stages at most.
    private static let mostColumns = 300

    /// The filter's columns, and then those of the stages in their order.
    package func columns(of survey: Survey) -> [ProductColumn] { added[survey]?.columns ?? [] }

    /// The tables that filters see of what is computed of an alert: the stages', and its fit.
    package func tables(of survey: Survey) -> [ComputedTable] {
        (added[survey]?.tables.map(\.table) ?? []) + [FilterTables.fit]
    }

    /// What filters see of what was computed of an alert.
    func values(of alert: ProcessedAlert) -> ComputedValues {
        var values: ComputedValues = [:]
        for (table, range) in added[alert.decoded.schema.survey]?.tables ?? []
        where range.upperBound <= alert.added.count {
            values[table.name] = alert.added[range].map { AlertQuery.Value($0) }
        }
        if let fit = alert.fitRow { values[FilterTables.fit.name] = FilterTables.row(fit) }
        return values
    }

    private static func runner<Work: Stage>(_ stage: Work) -> @Sendable (inout ProcessedAlert) -> Void {
        // Once for each survey, and not for each alert.
        let counts = Dictionary(uniqueKeysWithValues: Survey.all.map { ($0, stage.columns(of: $0).count) })
        return { alert in
            guard let output = stage.run(alert) else {
                let count = counts[alert.decoded.schema.survey] ?? 0
                alert.added += [ProductValue](repeating: .null, count: count)
                return
            }
            alert.added += output.values
            output.count(in: &alert.tallies)
        }
    }

    /// Runs every stage on an alert.
    func run(on alert: inout ProcessedAlert) { for stage in stages { stage(&alert) } }
}
