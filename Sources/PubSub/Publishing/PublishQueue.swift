internal import GoogleAuth
internal import Threads

/// Batches on their way from those who publish to the threads that send.
final class PublishQueue: Sendable {
    private struct State {
        /// Being filled, by ordering key.
        var open: [String: PublishBatch] = [:]
        /// Full or due, in their order.
        var ready: [PublishBatch] = []
        /// Ordering keys of which a batch is being sent: the next one waits for it.
        var busy: Set<String> = []
        /// Ordering keys of which a batch was given up: what comes after it must not overtake it.
        var paused: [String: GoogleCloudError] = [:]
        var outstandingBytes = 0
        var outstandingMessages = 0
        /// Since the last flush.
        var failed = 0
        var firstFailure: GoogleCloudError?
        var isFinished = false
    }

    private let topic: String
    private let settings: PublisherSettings
    private let state = Monitor(State())
    private let clock = ContinuousClock()

    init(topic: String, _ settings: PublisherSettings) {
        self.topic = topic
        self.settings = settings
    }

    // MARK: - For who publishes

    /// Adds a message; waits while too much is outstanding.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - size: About how many bytes it takes.
    /// - Returns: What it will have become.
    /// - Throws: Why nothing more of its ordering key is published, or that the queue is finished.
    func add(_ message: PubSub.PubsubMessage, size: Int) throws(GoogleCloudError) -> PublishTicket {
        while true {
            let (ticket, isNews) = try state.withLock { (now) throws(GoogleCloudError) in
                try add(message, size: size, &now)
            }
            if isNews { state.notify() }
            if let ticket { return ticket }
            _ = state.wait { now in hasRoom(size, now) || now.isFinished ? () : nil }
        }
    }

    private func hasRoom(_ size: Int, _ now: State) -> Bool {
        // A message larger than the limit is let through alone.
        now.outstandingBytes == 0 || now.outstandingBytes + size <= settings.outstandingBytes
    }

    /// - Returns: No ticket where there is no room; and whether the senders have something to look at.
    private func add(
        _ message: PubSub.PubsubMessage, size: Int, _ now: inout State
    ) throws(GoogleCloudError) -> (PublishTicket?, Bool) {
        guard !now.isFinished else { throw error(.cancelled, "the publisher is closed") }
        let key = message.orderingKey
        if let failure = now.paused[key] {
            throw error(
                .failedPrecondition, "an earlier message of the ordering key '\(key)' failed: \(failure.detail)")
        }
        guard hasRoom(size, now) else {
            closeAll(&now)  // what would make room must not wait for its time
            return (nil, true)
        }
        var isNews = false
        if let batch = now.open[key], batch.bytes + size > settings.batchBytes {
            close(batch, &now)
            isNews = true
        }
        var batch: PublishBatch
        if let open = now.open[key] {
            batch = open
        } else {
            batch = PublishBatch(
                topic: topic, orderingKey: key, capacity: min(max(size, settings.batchBytes) + 1_024, 1 << 24),
                due: clock.now + settings.batchDelay)
            now.open[key] = batch
            isNews = true
        }
        let before = batch.bytes
        let index = batch.add(message)
        now.outstandingBytes += index == 0 ? batch.bytes : batch.bytes - before
        now.outstandingMessages += 1
        if batch.count >= settings.batchMessages || batch.bytes >= settings.batchBytes {
            close(batch, &now)
            isNews = true
        }
        return (PublishTicket(batch: batch, index: index), isNews)
    }

    private func close(_ batch: PublishBatch, _ now: inout State) {
        now.open[batch.orderingKey] = nil
        now.ready.append(batch)
    }

    private func closeAll(_ now: inout State) {
        for batch in now.open.values { close(batch, &now) }
    }

    /// Sends what is there without delay, and waits until all is published or given up.
    ///
    /// - Throws: Why messages were given up since the last flush, and how many.
    func flush() throws(GoogleCloudError) {
        state.change { closeAll(&$0) }
        let failure = state.wait { now -> (count: Int, first: GoogleCloudError?)? in
            guard now.outstandingMessages == 0 else { return nil }
            defer {
                now.failed = 0
                now.firstFailure = nil
            }
            return (now.failed, now.firstFailure)
        }
        guard let failure, let first = failure.first else { return }
        throw error(first.code, "\(failure.count) messages were not published, first: \(first.detail)")
    }

    /// Lets messages of an ordering key through again after one was given up.
    func resume(_ orderingKey: String) { state.withLock { $0.paused[orderingKey] = nil } }

    /// Takes no more; the senders end when they have sent what is there.
    func finish() {
        state.change { now in
            closeAll(&now)
            now.isFinished = true
        }
    }

    // MARK: - For who sends

    private enum Next {
        case batch(PublishBatch)
        /// Nothing before then.
        case until(ContinuousClock.Instant)
        case end
    }

    /// The next batch to send; waits for it. `nil` when none comes any more.
    func nextBatch() -> PublishBatch? {
        var end = clock.now + .seconds(3_600)
        while true {
            let next = state.wait(for: clock.now.duration(to: end)) { now -> Next? in
                let time = clock.now
                for batch in now.open.values where batch.due <= time { close(batch, &now) }
                if let index = now.ready.firstIndex(where: { !now.busy.contains($0.orderingKey) }) {
                    let batch = now.ready.remove(at: index)
                    if !batch.orderingKey.isEmpty { now.busy.insert(batch.orderingKey) }
                    return .batch(batch)
                }
                if now.isFinished && now.ready.isEmpty { return .end }
                guard let due = now.open.values.map(\.due).min(), due < end else { return nil }
                return .until(due)
            }
            switch next {
            case .batch(let batch): return batch
            case .until(let due): end = due
            case .end: return nil
            case nil: end = clock.now + .seconds(3_600)
            }
        }
    }

    /// Finishes a batch: its messages' tickets get the outcome.
    func finish(_ batch: PublishBatch, with outcome: Result<[String], GoogleCloudError>) {
        let lost = state.change { now -> [PublishBatch] in
            count(batch, outcome, &now)
            now.busy.remove(batch.orderingKey)
            guard case .failure(let failure) = outcome, !batch.orderingKey.isEmpty else { return [] }
            now.paused[batch.orderingKey] = failure
            var lost = now.ready.filter { $0.orderingKey == batch.orderingKey }
            now.ready.removeAll { $0.orderingKey == batch.orderingKey }
            if let open = now.open.removeValue(forKey: batch.orderingKey) { lost.append(open) }
            for each in lost { count(each, outcome, &now) }
            return lost
        }
        for each in [batch] + lost { each.outcome.change { $0 = outcome } }
    }

    private func count(_ batch: PublishBatch, _ outcome: Result<[String], GoogleCloudError>, _ now: inout State) {
        now.outstandingBytes -= batch.bytes
        now.outstandingMessages -= batch.count
        guard case .failure(let failure) = outcome else { return }
        now.failed += batch.count
        if now.firstFailure == nil { now.firstFailure = failure }
    }

    private func error(_ code: GoogleCloudError.Code, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(code, service: GoogleService.pubSub.rawValue, resource: topic, detail: detail)
    }
}
