internal import Foundation
internal import Kafka
internal import Stages
internal import Threads

/// The writing thread's work: takes batches, decides when to commit, and claims Kafka offsets before it does.
final class TransactionWriter {
    /// Seconds that a transaction stays open at most: seldom enough that the disk is not waited for at every batch.
    private static let longest: TimeInterval = 0.25
    /// Seconds after which a stream's transaction is committed as soon as nothing more waits, where the stream is live.
    private static let shortestOfStream: TimeInterval = 0.02
    /// The share of their age by which what a stream brings may grow older before it is committed: what is live is
    /// durable at once, and what is behind goes in large pieces.
    private static let shareOfAge = 0.1
    private static let mostBytes = 64 << 20

    /// When the open transaction is to be committed if nothing more waits to be taken.
    private(set) var deadline: Date?
    /// When it is to be committed whatever waits.
    private var latest: Date?

    private let folder: DataFolder
    private let kafka: KafkaIntake?
    private let isStream: Bool
    private let stop: StopSignal
    private var committer: Committer
    private let latencies: LatencyStore
    private var settled = Report()
    /// What the open transaction adds once it is committed.
    private var open = Report()
    private var ranges: [KafkaPartition: Range<Int64>] = [:]
    private var elsewhere = KnownElsewhere()
    /// Whether it was stopped while a group could not be reached: what was not claimed does not count, and is read again.
    private(set) var hasGivenUp = false
    /// What the open transaction acknowledges once it is committed.
    private var acknowledgements: [@Sendable () -> Void] = []

    /// - Parameters:
    ///   - folder: The data folder, held for writing.
    ///   - kafka: Where offsets are claimed.
    ///   - isStream: Whether a stream is read, of which what is live is to be durable at once.
    ///   - stop: Asks to stop.
    /// - Throws: ``BrokerError`` where the folder's tables cannot be opened.
    init(folder: DataFolder, kafka: KafkaIntake?, isStream: Bool, stop: StopSignal) throws(BrokerError) {
        self.folder = folder
        self.kafka = kafka
        self.isStream = isStream
        self.stop = stop
        committer = try Self.committer(folder, kafka)
        latencies = try LatencyStore(folder.database)
    }

    private static func committer(_ folder: DataFolder, _ kafka: KafkaIntake?) throws(BrokerError) -> Committer {
        guard let publisher = kafka?.publisher else { return try Committer(folder: folder) }
        return try Committer(folder: folder) { publisher.send($0) }
    }

    var isDue: Bool { open.bytes >= Self.mostBytes || latest.map { Date.now >= $0 } == true }

    /// These alerts of a source were claimed before.
    func know(_ alerts: [(key: AlertKey, offset: Int)], of source: SourceKey) {
        for alert in alerts { elsewhere.insert(alert.key, of: source, at: alert.offset) }
    }

    func take(_ next: DecodedBatch) throws(BrokerError) {
        guard !hasGivenUp else { return }
        var publishes = false
        if let claim = next.claim, let kafka, let first = next.batch.packets.first,
            let last = next.batch.packets.last
        {
            if let ticket = claim.ticket {
                // Read before the partition went to another worker, or before it was to be read anew.
                guard kafka.ownership.ticket(of: claim.partition) == ticket else { return }
                let (from, to) = (Int64(first.position), Int64(last.position) + 1)
                ranges[claim.partition] = (ranges[claim.partition]?.lowerBound ?? from)..<to
                publishes = from >= kafka.ownership.claim(on: claim.partition).granted
            }
        }
        open.add(try committer.take(next.batch, publishes: publishes, elsewhere: elsewhere))
        open.skipped += next.skipped
        if let acknowledge = next.acknowledge { acknowledgements.append(acknowledge) }
        let now = Date.now
        latest = latest ?? now.addingTimeInterval(Self.longest)
        let wanted = now.addingTimeInterval(patience(with: next.batch, now: now))
        deadline = deadline.map { min($0, wanted) } ?? wanted
    }

    /// Seconds for which a batch may wait for others to be committed with it.
    private func patience(with batch: Batch, now: Date) -> TimeInterval {
        guard isStream else { return Self.longest }
        // Without a time nothing says that the stream is behind.
        guard let arrival = batch.packets.last?.arrival, arrival > 0 else { return Self.shortestOfStream }
        let age = now.timeIntervalSince1970 - Double(arrival) / 1000
        return min(max(age * Self.shareOfAge, Self.shortestOfStream), Self.longest)
    }

    /// What became of all that was taken.
    var report: Report {
        var report = settled
        report.add(open)
        return report
    }

    /// Makes all that was taken durable. Where the group refuses, nothing of it counts and it is read again.
    func settle() throws(BrokerError) {
        defer {
            ranges.removeAll()
            acknowledgements.removeAll()
            open = Report()
            (deadline, latest) = (nil, nil)
        }
        if let kafka, !ranges.isEmpty {
            try committer.prepare()
            guard let isGranted = try claim(kafka) else {
                // Granted or not, this worker finds out when it comes back, and makes it good.
                committer.abandon()
                committer = try Committer(folder: folder)
                hasGivenUp = true
                return
            }
            guard isGranted else {
                committer.abandon()
                kafka.publisher?.abort()
                committer = try Self.committer(folder, kafka)
                kafka.ownership.reset()
                return
            }
        }
        try committer.settle()
        for acknowledge in acknowledgements { acknowledge() }
        settled.add(open)
        noteLatencies()
        try latencies.saveNowAndThen()
    }

    /// - Returns: Whether the group granted what was read; `nil` where it could not be reached before the stop.
    private func claim(_ kafka: KafkaIntake) throws(BrokerError) -> Bool? {
        let (ranges, stop) = (ranges, stop)
        do throws(BrokerError) {
            return try stop.finishing(within: Run.grace) { () throws(BrokerError) in
                try kafka.claim(ranges, stop: stop)
            }
        } catch {
            guard error.code == .interrupted else { throw error }
            return nil
        }
    }

    /// Commits the rest and closes the archive's segments.
    func finish() throws(BrokerError) {
        try settle()
        try latencies.save()
        try committer.finish()
    }

    /// How long what has just become durable took since the source got it.
    private func noteLatencies() {
        let now = Date.now.timeIntervalSince1970
        for (topic, arrivals) in committer.takeArrivals() {
            for arrival in arrivals {
                let time = Duration.seconds(max(0, now - Double(arrival) / 1000))
                settled.latency[topic.name, default: LatencyHistogram()].add(time)
                latencies.add(time, to: topic)
            }
        }
    }
}
