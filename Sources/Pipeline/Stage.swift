/// Something that is computed of one alert, without any I/O: a match, a score, a filter's verdict, a fit.
///
/// A new one is a folder of its own below this target and a line in ``StageList/standard``. What it says of an alert then
/// stands in the alert's row, in the messages of the filtered stream, in the attributes of every message, and in the
/// report's counts; nothing else has to know of it.
package protocol Stage<Output>: Sendable {
    associatedtype Output: StageOutput

    /// - Parameter alert: The alert, with what the stages before this one say of it.
    /// - Returns: What this one says; `nil` where it says nothing.
    func run(_ alert: ProcessedAlert) -> Output?
}

/// What a stage says of an alert.
package protocol StageOutput: Sendable {
    /// What it adds to the alert's row and to messages; none for a stage whose products are its own.
    static var columns: [ProductColumn] { get }
    /// In the order of ``columns``.
    var values: [ProductValue] { get }
    /// Counts in the report what is to be counted, once for each alert that is stored.
    func count(in tallies: inout Tallies)
}

/// The stages that are run on every alert before the filter, and the columns of all that is said of an alert.
package final class StageList: Sendable {
    /// Those of a broker, in their order. A new stage's line goes here.
    package static let standard = StageList([])

    /// The filter's columns, and then those of the stages in their order.
    package let columns: [ProductColumn]
    private let stages: [Runner]

    package init(_ stages: [any Stage]) {
        self.stages = stages.map { Self.runner($0) }
        columns = FilterVerdict.columns + self.stages.flatMap(\.columns)
        precondition(Set(columns.map { $0.name.lowercased() }).count == columns.count, "two stages add one column")
    }

    /// A stage without its type: no alert pays for a box.
    private struct Runner: Sendable {
        let columns: [ProductColumn]
        let run: @Sendable (inout ProcessedAlert) -> Void
    }

    private static func runner<Work: Stage>(_ stage: Work) -> Runner {
        let columns = Work.Output.columns
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
