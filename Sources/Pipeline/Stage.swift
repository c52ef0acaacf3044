/// A computation on one alert, without I/O: a match, a score, a filter's verdict, a fit.
///
/// A new stage is a folder of its own in this target and a line where a run's ``StageList`` is put together. Its columns are then
/// in the alert's row, in the messages of the filtered streams and in the attributes of every message, and its tallies in the
/// report; nothing else changes.
package protocol Stage<Output>: Sendable {
    /// The type of the stage's output.
    associatedtype Output: StageOutput

    /// The columns that it adds to the alert's row and to messages; empty for a stage with a table of its own.
    var columns: [ProductColumn] { get }

    /// Runs the stage on an alert.
    ///
    /// - Parameter alert: The alert, with the values of earlier stages.
    /// - Returns: The output; `nil` for null in all columns.
    func run(_ alert: ProcessedAlert) -> Output?
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

    /// The filter's columns, and then those of the stages in their order.
    package let columns: [ProductColumn]
    private let stages: [Runner]

    /// Stages in their order; the names of all columns must differ.
    package init(_ stages: [any Stage]) {
        self.stages = stages.map { Self.runner($0) }
        columns = FilterVerdict.columns + self.stages.flatMap(\.columns)
        precondition(Set(columns.map { $0.name.lowercased() }).count == columns.count, "two stages add one column")
    }

    /// A type-erased stage, without an existential for each alert.
    private struct Runner: Sendable {
        let columns: [ProductColumn]
        let run: @Sendable (inout ProcessedAlert) -> Void
    }

    private static func runner<Work: Stage>(_ stage: Work) -> Runner {
        let columns = stage.columns
        return Runner(columns: columns) { alert in
            guard let output = stage.run(alert) else {
                alert.added += columns.map { _ in .null }
                return
            }
            alert.added += output.values
            output.count(in: &alert.tallies)
        }
    }

    /// Runs every stage on an alert.
    func run(on alert: inout ProcessedAlert) { for stage in stages { stage.run(&alert) } }
}
