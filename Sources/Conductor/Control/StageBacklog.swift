internal import CloudBroker
internal import CloudControl
internal import Foundation
internal import GoogleAuth

/// Messages that the stages of the broker on Google Cloud have not acknowledged, by Cloud Monitoring's samples.
struct StageBacklog {
    /// What a subscription has left, or that its samples do not show it yet.
    struct Left: CustomStringConvertible {
        let subscription: String
        /// `nil` where there are too few samples.
        let messages: Int64?

        var description: String { "\(messages.map { "\($0) messages" } ?? "the count") of \(subscription)" }
    }

    /// A subscription counts as empty by so many samples in a row, a minute apart: between two of them messages that a stage has
    /// published for the next one show up.
    private static let samples = 2
    /// A sample may stand for the minute before it.
    private static let sampleLength: TimeInterval = 60  // s
    /// Samples of a longer time ago say nothing of now.
    private static let window: TimeInterval = 15 * 60  // s

    private let names: CloudNames
    private let monitoring: MonitoringClient
    private let now: @Sendable () -> Date

    init(_ names: CloudNames, _ monitoring: MonitoringClient, now: @escaping @Sendable () -> Date) {
        self.names = names
        self.monitoring = monitoring
        self.now = now
    }

    /// What is left now that nothing has been published since a time; empty where nothing is, by samples that were all taken after
    /// it.
    func left(after quiet: Date) throws(ControlError) -> [Left] {
        let end = now()
        let start = max(quiet.addingTimeInterval(Self.sampleLength), end.addingTimeInterval(-Self.window))
        let subscriptions = CloudNames.StageName.allCases.map(names.subscription)
        guard start < end else { return subscriptions.map { Left(subscription: $0, messages: nil) } }
        let found = try GoogleWorkers.attempt("count what is left", .monitoring) { () throws(GoogleCloudError) in
            try monitoring.undelivered(of: subscriptions, in: names.project, from: start, to: end)
        }
        return subscriptions.compactMap { name in
            let samples = (found[name] ?? []).filter { $0.date >= start }.prefix(Self.samples)
            if let left = samples.first(where: { $0.value > 0 })?.value {
                return Left(subscription: name, messages: left)
            }
            return samples.count < Self.samples ? Left(subscription: name, messages: nil) : nil
        }
    }
}
