internal import DataLayout
internal import Foundation
internal import Pipeline
internal import Threads

/// The writing thread's work: processes batches, decides when to commit, and asks their intake before and after.
final class CommitScheduler {
    /// How long a transaction stays open at most: seldom enough that the disk is not waited for at every batch.
    private static let longest = Duration.milliseconds(250)
    /// After how long a stream's transaction is committed as soon as nothing more waits, where the stream is live.
    private static let shortestOfStream = Duration.milliseconds(20)
    /// The share of their age by which what a stream brings may grow older before it is committed: what is live is
    /// durable at once, and what is behind goes in large pieces.
    private static let shareOfAge = 0.1
    private static let mostBytes = 64 << 20

    /// When the open transaction is to be committed if nothing more waits to be processed.
    private var deadline: ContinuousClock.Instant?
    /// When it is to be committed whatever waits.
    private var latest: ContinuousClock.Instant?

    private let folder: DataFolder
    private let stages: StageList
    private var writer: TransactionWriter
    private let latencies: LatencyStore
    /// Where the batches come from; the open transaction holds those of this one only.
    private var intake: (any Intake)?
    private var committed = Report()
    /// What the open transaction adds once it is committed.
    private var open = Report()
    private var elsewhere = RecentAlerts()
    /// Whether it was stopped while the intake's service did not answer: what is not committed is read again by the next run.
    private(set) var hasGivenUp = false

    /// - Parameters:
    ///   - folder: The data folder, held for writing.
    ///   - stages: Whose columns the tables have.
    /// - Throws: ``BrokerError`` where the folder's tables cannot be opened.
    init(folder: DataFolder, stages: StageList) throws(BrokerError) {
        self.folder = folder
        self.stages = stages
        writer = try TransactionWriter(folder: folder, stages: stages)
        latencies = try LatencyStore(folder.database)
    }

    /// How long the open transaction can wait for more; `nil` where none is open.
    var patience: Duration? { deadline.map { max(.zero, $0 - .now) } }

    var isDue: Bool { open.bytes >= Self.mostBytes || latest.map { .now >= $0 } == true }

    /// What became of all that was processed.
    var report: Report {
        var report = committed
        report.add(open)
        return report
    }

    /// The batches that follow come from this intake.
    func begin(_ intake: any Intake) throws(BrokerError) {
        try flush()
        self.intake = intake
    }

    /// Another worker has accounted for these alerts of a source.
    func remember(_ alerts: [(key: AlertKey, offset: Int)], of source: SourceKey) {
        for alert in alerts { elsewhere.insert(alert.key, of: source, at: alert.offset) }
    }

    func process(_ next: ProcessedBatch) throws(BrokerError) {
        guard !hasGivenUp else { return }
        var products: (any MessageStream<Never>)?
        if let receipt = next.receipt, let first = next.batch.packets.first, let last = next.batch.packets.last {
            switch receipt.admit(first.position...last.position) {
            case .stale: return
            case .admitted(publishingTo: let stream): products = stream
            }
        }
        open.add(try writer.process(next.batch, publishingTo: products, elsewhere: elsewhere))
        open.skipped += next.skipped
        let now = ContinuousClock.now
        latest = latest ?? now + Self.longest
        let wanted = now + patience(with: next.batch)
        deadline = deadline.map { min($0, wanted) } ?? wanted
    }

    /// How long a batch may wait for others to be committed with it.
    private func patience(with batch: Batch) -> Duration {
        guard intake?.isStream == true else { return Self.longest }
        // Without a time nothing says that the stream is behind.
        guard let arrival = batch.packets.last?.arrival, arrival > 0 else { return Self.shortestOfStream }
        let age = Date.now.timeIntervalSince1970 - Double(arrival) / 1000
        return min(max(.seconds(age * Self.shareOfAge), Self.shortestOfStream), Self.longest)
    }

    /// Makes all that was processed durable. Where the intake's service refuses, nothing of it counts and it is read again.
    func flush() throws(BrokerError) {
        guard !hasGivenUp else { return }
        defer {
            open = Report()
            (deadline, latest) = (nil, nil)
        }
        try writer.prepare()
        switch try intake?.willCommit() ?? .commit {
        case .commit: break
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
        recordLatencies()
        try latencies.saveNowAndThen()
    }

    /// Commits the rest and closes the archive's segments.
    func finish() throws(BrokerError) {
        try flush()
        try latencies.save()
        try writer.finish()
    }

    /// Called when the run fails: the intake is not to wait for a commit that will not come.
    func rollBack() { intake?.rollBack() }

    /// How long what has just become durable took since the source got it.
    private func recordLatencies() {
        let now = Date.now.timeIntervalSince1970
        for (topic, arrivals) in writer.nextArrivals() {
            for arrival in arrivals {
                let time = Duration.seconds(max(0, now - Double(arrival) / 1000))
                committed.latency[topic.name, default: LatencyHistogram()].add(time)
                latencies.add(time, to: topic)
            }
        }
    }
}
