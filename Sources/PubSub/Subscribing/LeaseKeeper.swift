internal import GoogleAuth
internal import Threads

/// Sends acknowledgements, gives messages back and leases the others again, on a thread of its own.
struct LeaseKeeper {
    let calls: AckCalls
    let settings: SubscriberSettings
    let state: Monitor<SubscriberState>
    private let clock = ContinuousClock()

    private struct Work {
        var acknowledged: [SubscriberState.Release] = []
        var givenBack: [SubscriberState.Release] = []
        var extensions: [String] = []
        var deadline = 0
    }

    /// Works until the subscriber is closed.
    func run() {
        var pause = settings.retries.firstWait
        while waitForWork() {
            let work = dueWork()
            let pending =
                calls.start(.acknowledge, work.acknowledged.map(\.ackID))
                + calls.start(.lease(seconds: 0), work.givenBack.map(\.ackID))
                + calls.start(.lease(seconds: work.deadline), work.extensions)
            var answers: [AckCalls.Kind: [String: AckCalls.Answer]] = [:]
            for each in pending {
                for (ackID, answer) in calls.answers(each, retries: settings.retries) {
                    answers[each.kind, default: [:]][ackID] = answer
                }
            }
            let isTroubled = apply(answers, to: work, pause: pause)
            pause =
                isTroubled
                ? min(pause * settings.retries.factor, settings.retries.mostWait) : settings.retries.firstWait
        }
    }

    /// - Returns: `false` when the subscriber is closed.
    private func waitForWork() -> Bool {
        while true {
            let (end, phase) = state.withLock { ($0.nextWork, $0.phase) }
            if phase == .closed { return false }
            let isWork = state.wait(for: clock.now.duration(to: end)) { now -> Bool? in
                if now.nextWork <= clock.now { return true }
                // Something came up that is due sooner than this wait ends.
                return now.phase == .closed || now.nextWork < end ? false : nil
            }
            guard isWork == true else { continue }
            // More may come to go with it.
            _ = state.wait(for: settings.ackDelay) { now in
                now.isFlushing || now.phase == .closed || now.waiting >= AckCalls.batch
                    || now.leases.nextExtension <= clock.now ? () : nil
            }
            return true
        }
    }

    private func dueWork() -> Work {
        state.withLock { now in
            let time = clock.now
            var work = Work()
            if now.quietUntil <= time {
                swap(&work.acknowledged, &now.acknowledged)
                swap(&work.givenBack, &now.givenBack)
                now.inFlight = work.acknowledged.count + work.givenBack.count
            }
            work.extensions = now.leases.extensions(now: time)
            work.deadline = now.leases.deadline
            return work
        }
    }

    /// - Returns: Whether something is to be sent again.
    private func apply(
        _ answers: [AckCalls.Kind: [String: AckCalls.Answer]], to work: Work, pause: Duration
    ) -> Bool {
        let time = clock.now
        var outcomes: [(SubscriberState.Release, AckOutcome)] = []
        func sort(
            _ releases: [SubscriberState.Release], _ kind: AckCalls.Kind
        ) -> [SubscriberState.Release] {
            releases.filter { release in
                switch answers[kind]?[release.ackID] {
                case .again(let error):
                    if release.since.duration(to: time) < settings.retries.mostTime { return true }
                    outcomes.append((release, .failed(error)))
                case .failed(let error): outcomes.append((release, .failed(error)))
                case .done, nil: outcomes.append((release, .done))
                }
                return false
            }
        }
        let acknowledged = sort(work.acknowledged, .acknowledge)
        let givenBack = sort(work.givenBack, .lease(seconds: 0))
        // A lease that cannot be renewed is over: the message comes again, to us or somebody else. One that may be is
        // renewed in time with the next round.
        let over = work.extensions.filter {
            if case .failed = answers[.lease(seconds: work.deadline)]?[$0] { return true }
            return false
        }
        state.withLock { now in
            now.acknowledged.insert(contentsOf: acknowledged, at: 0)
            now.givenBack.insert(contentsOf: givenBack, at: 0)
            for ackID in over { now.leases.end(ackID, isAcknowledged: false, now: time) }
            for case (_, .failed) in outcomes { now.failedReleases += 1 }
            if !acknowledged.isEmpty || !givenBack.isEmpty {
                now.quietUntil = time + pause * Double.random(in: 0.5...1)
            }
        }
        for (release, outcome) in outcomes { release.ticket?.resolve(release.index, outcome) }
        // Last: a flush is over when all tickets are resolved.
        state.change { $0.inFlight = 0 }
        return !acknowledged.isEmpty || !givenBack.isEmpty
    }
}
