internal import DataLayout
internal import Foundation
internal import Pipeline
internal import Threads

/// The writing thread's work: processes batches, decides when to commit, and calls their intake before and after.
final class CommitScheduler {
    /// The longest time that a transaction stays open: long enough that not every batch waits for the disk.
    private static let longest = Duration.milliseconds(250)
    /// The shortest time after which a live stream's transaction is committed, once its queue is empty.
    private static let shortestOfStream = Duration.milliseconds(20)
    /// The share of their age that a stream's alerts may wait before they are committed: live ones are durable at once, and a
    /// backlog is committed in large transactions.
    private static let shareOfAge = 0.1
    private static let mostBytes = 64 << 20

    /// When the open transaction is committed if the queue is empty.
    private var deadline: ContinuousClock.Instant?
    /// When it is committed in any case.
    private var latest: ContinuousClock.Instant?

    private let folder: DataFolder
    private let stages: StageList
    private var writer: TransactionWriter
    private let latencies: LatencyStore
    /// The current intake; the open transaction holds batches of this one only.
    private var intake: (any Intake)?
    private var committed = Report()
    /// The report of the open transaction.
    private var open = Report()
    private var elsewhere = RecentAlerts()
    /// Whether products of the open transaction are published by its intake.
    private var publishes = false
    /// Whether it stopped while the intake's service did not answer: the next run reads what is not committed.
    private(set) var hasGivenUp = false

    /// - Parameters:
    ///   - folder: The data folder, held for writing.
    ///   - stages: The stages whose columns the tables have.
    /// - Throws: ``BrokerError`` where the folder's tables cannot be opened.
    init(folder: DataFolder, stages: StageList) throws(BrokerError) {
        self.folder = folder
        self.stages = stages
        writer = try TransactionWriter(folder: folder, stages: stages)
        latencies = try LatencyStore(folder.database)
    }

    /// How long the open transaction may wait for more batches; `nil` where none is open.
    var patience: Duration? { deadline.map { max(.zero, $0 - .now) } }

    /// Whether the open transaction must be committed now.
    var isDue: Bool { open.bytes >= Self.mostBytes || latest.map { .now >= $0 } == true }

    /// The report of all batches so far, the open transaction included.
    var report: Report {
        var report = committed
        report.add(open)
        return report
    }

    /// Commits, and continues with the batches of another intake.
    func begin(_ intake: any Intake) throws(BrokerError) {
        try flush()
        self.intake = intake
    }

    /// Remembers alerts of a source that another worker has accounted for.
    func remember(_ alerts: [(key: AlertKey, offset: Int)], of source: SourceKey) {
        for alert in alerts { elsewhere.insert(alert.key, of: source, at: alert.offset) }
    }

    /// Adds a batch to the open transaction, if its intake admits it.
    func process(_ next: ProcessedBatch) throws(BrokerError) {
        guard !hasGivenUp else { return }
        var products: (any MessageStream<Never>)?
        if let receipt = next.receipt, let first = next.batch.packets.first, let last = next.batch.packets.last {
            switch receipt.admit(first.position...last.position) {
            case .stale: return
            case .admitted(publishingTo: let stream): products = stream
            }
            if products != nil { publishes = true }
        }
        writer.sourcesEnd = intake?.hasEnd ?? false
        open.add(try writer.process(next.batch, publishingTo: products, elsewhere: elsewhere))
        open.skipped += next.skipped
        schedule(within: patience(with: next.batch))
    }

    /// Notes that a source was read to its end.
    func recordEnd(of source: SourceKey) throws(BrokerError) {
        guard !hasGivenUp else { return }
        try writer.recordEnd(of: source)
        schedule(within: Self.longest)
    }

    /// Sees to it that the open transaction is committed.
    private func schedule(within patience: Duration) {
        let now = ContinuousClock.now
        latest = latest ?? now + Self.longest
        let wanted = now + patience
        deadline = deadline.map { min($0, wanted) } ?? wanted
    }

    /// How long a batch may wait for others to be committed with it.
    private func patience(with batch: Batch) -> Duration {
        guard intake?.isStream == true else { return Self.longest }
        // Without an arrival time the stream counts as live.
        guard let arrival = batch.packets.last?.arrival, arrival > 0 else { return Self.shortestOfStream }
        let age = Date.now.timeIntervalSince1970 - Double(arrival) / 1000
        return min(max(.seconds(age * Self.shareOfAge), Self.shortestOfStream), Self.longest)
    }

    /// Commits the open transaction. Where the intake's service refuses, it is rolled back and its packets are read again.
    func flush() throws(BrokerError) {
        guard !hasGivenUp else { return }
        defer {
            open = Report()
            (deadline, latest, publishes) = (nil, nil, false)
        }
        try writer.prepare()
        var published: Date?
        switch try intake?.willCommit() ?? .commit {
        case .commit: published = publishes ? Date.now : nil
        case .rollBack:
            writer.abandon()
            intake?.rollBack()
            writer = try TransactionWriter(folder: folder, stages: stages)
            return
        case .giveUp:
            writer.abandon()
            writer = try TransactionWriter(folder: folder, stages: stages)
            hasGivenUp = true
            return
        }
        try writer.commit()
        intake?.didCommit()
        committed.add(open)
        recordLatencies(published: published)
        try latencies.saveIfDue()
    }

    /// Commits the rest and closes the archive's segments.
    func finish() throws(BrokerError) {
        try flush()
        try latencies.save()
        try writer.finish()
    }

    /// Does other work in the folder, between two commits: nothing is open meanwhile.
    ///
    /// - Returns: `false` where the run has given up, and nothing more is written.
    func pause(for work: (HeldFolder) -> Void) throws(BrokerError) -> Bool {
        try flush()
        guard !hasGivenUp else { return false }
        try latencies.save()
        try writer.finish()
        work(HeldFolder(folder, stages: stages))
        writer = try TransactionWriter(folder: folder, stages: stages)
        return true
    }

    /// Called when the run fails: the intake must not wait for a commit.
    func rollBack() { intake?.rollBack() }

    /// Adds the latencies of what was just committed: the time since its arrival at the source.
    private func recordLatencies(published: Date?) {
        let now = Date.now.timeIntervalSince1970
        for (topic, arrivals) in writer.drainArrivals() {
            for arrival in arrivals {
                let time = Duration.seconds(max(0, now - Double(arrival) / 1000))
                committed.latency[topic.name, default: LatencyHistogram()].add(time)
                latencies.add(time, to: topic)
            }
        }
        latencies.add(writer.drainTimes(), durable: now, published: published?.timeIntervalSince1970)
    }
}
