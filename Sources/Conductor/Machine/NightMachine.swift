package import Alerts

/// One night of one survey: what is known of it, and what is to be done next.
///
/// It is a value without clocks, files and servers: each observation changes it, and it says what is to be done. What it
/// says stays pending until ``finished(_:)``, so that a conductor that was killed does it then.
package struct NightMachine: Codable, Hashable, Sendable {
    /// The survey's name.
    package let survey: String
    /// When the night is.
    package let times: NightTimes
    /// By what rules it is conducted.
    package var rules: NightRules
    /// Where the night is.
    package internal(set) var state = NightState.waiting
    /// Why, in a sentence.
    package internal(set) var reason = "before sunset"
    /// Which messages are the night's.
    package internal(set) var slice = NightSlice()
    /// The conditions, as they were found last.
    package internal(set) var clauses: [Clause] = []
    /// What is to be done, in order.
    package internal(set) var pending: [NightAct.Numbered] = []
    /// Editions of the receipt so far.
    package internal(set) var edition = 0
    /// When a conductor that only watches would have stopped the workers: a modified Julian date, UTC.
    package internal(set) var wouldHaveStopped: Double?
    /// Messages that have come after the night was found complete.
    package internal(set) var cameAfterwards: Int64 = 0
    /// When the last exposure ended, a modified Julian date in UTC; `nil` where no alert is stored.
    package internal(set) var lastExposureEnd: Double?
    /// The account that was read last, where it is not in data folders, of which a receipt could read it again.
    package internal(set) var keptAccount: NightObservation.Account?
    /// Why the night can never be complete; `nil` where it can.
    package internal(set) var loss: String?
    /// Whether nothing more is observed of it.
    package internal(set) var isRetired = false

    /// Acts so far.
    var acts = 0
    /// Seconds for which no end offset has moved.
    var quietFor = 0.0
    /// The end offsets that were seen last.
    var ends: [NightObservation.Partition.Key: Int64] = [:]
    /// The offsets at the noon that ends the night, as they were found first.
    package internal(set) var nightEnds: [NightObservation.Partition.Key: Int64] = [:]
    /// A later deadline, where the night was opened again.
    var extendedDeadline: Double?
    /// Seconds until the workers are stopped; `nil` before the notice.
    var vetoLeft: Double?
    /// Whether workers were asked to end.
    var isStopping = false
    /// Whether the clock has stopped them, and not a proof.
    var isStoppedByClock = false
    /// How often it was given time again after nobody had looked.
    var resumptions = 0
    /// Whether nobody conducted it in its time.
    var isMissed = false
    /// Whether the night is over while its workers go on.
    var hasWorkersLeft = false
    /// Each worker's heartbeat, and for how many seconds it has stood still.
    var beats: [String: Beat] = [:]

    /// A heartbeat.
    struct Beat: Codable, Hashable, Sendable {
        var count: Int
        var stillFor = 0.0
    }

    /// A night of which nothing is known yet.
    package init(_ times: NightTimes, of survey: Survey, rules: NightRules) {
        self.survey = survey.name
        self.times = times
        self.rules = rules
    }

    /// When the night gets a verdict, proven or not: as the next one opens, or some time after it was opened again.
    package var deadline: Double { max(times.opens + 1, extendedDeadline ?? 0) }

    /// When nothing more is observed of it.
    private var lastWatch: Double { times.opens + 2 }

    /// Whether workers are to run for it.
    package var wantsWorkers: Bool {
        guard !rules.isWatchOnly, !isRetired else { return false }
        switch state {
        case .opening, .running: return true
        case .draining: return !isStopping
        case .waiting, .complete, .incomplete, .closed: return hasWorkersLeft
        }
    }

    /// An act was carried out.
    package mutating func finished(_ number: Int) { pending.removeAll { $0.number == number } }

    /// Takes in what was found.
    package mutating func observe(_ found: NightObservation) {
        guard !isRetired else { return }
        boundDeadline(found.time)
        let before = ends
        let hasMoved = note(found)
        if let end = found.account?.lastExposureEnd { lastExposureEnd = end }
        if ends != before { keptAccount = nil }
        if let account = found.account { keptAccount = account.ids == nil ? nil : account }
        clauses = clauses(found)
        replaceHanging(found)
        switch state {
        case .waiting: wait(found)
        case .opening: open(found)
        case .running: run(found)
        case .draining: drain(found)
        case .complete, .incomplete, .closed: watchOn(found, hasMoved: hasMoved)
        }
        // A date that is not believed ends nothing.
        guard !found.isDateDoubtful else { return }
        if !state.isFinal, found.time >= deadline { end(found) }
        if state.isFinal, found.time >= max(deadline, lastWatch) {
            isRetired = true
            hasWorkersLeft = false
        }
    }

    // MARK: - States

    private mutating func wait(_ found: NightObservation) {
        if hasMessages {
            begin("the stream has alerts")
        } else if rules.isOneTopic, found.time >= times.opens, case .present = found.stream {
            begin("the Sun has set")
        } else if isProven {
            finish(found)
        } else {
            reason = waitingReason(found)
        }
    }

    private func waitingReason(_ found: NightObservation) -> String {
        switch found.stream {
        case .unreachable(let detail): "the stream is not seen: \(detail)"
        case .missing: found.time < times.opens ? "before sunset" : "the topic is not there yet"
        case .present: rules.isOneTopic ? "before sunset" : "the topic is empty"
        }
    }

    mutating func begin(_ reason: String) {
        go(to: .opening, reason)
        isStopping = false
        vetoLeft = nil
        hasWorkersLeft = false
        supersede(.stopWorkers)
        if !rules.isWatchOnly { order(.startWorkers) }
    }

    private mutating func open(_ found: NightObservation) {
        let running = found.workers.count { $0.state == .running }
        if rules.isWatchOnly || running > 0 {
            go(to: .running, rules.isWatchOnly ? "watching" : "\(running) of \(found.workers.count) workers read")
        } else {
            let failed = found.workers.filter { $0.state == .failed }.map { "\($0.name): \($0.detail)" }
            reason = failed.isEmpty ? "the workers are starting" : failed.joined(separator: "; ")
        }
    }

    private mutating func run(_ found: NightObservation) {
        if let stopAt = rules.stopAt, !found.isDateDoubtful, isPast(stopAt, found.time) {
            isStoppedByClock = true
            if rules.isWatchOnly {
                wouldHaveStopped = wouldHaveStopped ?? found.time
                finish(found)
            } else {
                go(to: .draining, "stopped by the clock")
                stop()
            }
        } else if isProven {
            vetoLeft = rules.veto
            go(to: .draining, notice)
        } else {
            reason = openClauses
        }
    }

    private var notice: String {
        let finding = loss.map { "\($0); all else is proven" } ?? "everything is proven"
        return rules.isWatchOnly
            ? finding : "\(finding); the workers stop in \(Int((rules.veto / 60).rounded(.up))) min unless held"
    }

    private mutating func drain(_ found: NightObservation) {
        if isStopping {
            guard found.isSharingWorkers || found.workers.allSatisfy(\.hasEnded) else { return }
            isProven || isStoppedByClock ? finish(found) : resume()
        } else if !isProven {
            vetoLeft = nil
            go(to: .running, "open again: \(openClauses)")
        } else if found.isHeld || found.time < rules.keepUntil ?? -.infinity {
            vetoLeft = rules.veto
            reason =
                found.isHeld ? "held; 'nightjar night release' lets it stop" : "kept until the time that was asked for"
        } else {
            vetoLeft = (vetoLeft ?? rules.veto) - found.elapsed
            guard vetoLeft ?? 0 <= 0 else { return }
            if rules.isWatchOnly {
                wouldHaveStopped = wouldHaveStopped ?? found.time
                finish(found)
            } else {
                reason = "the workers are stopping"
                stop()
            }
        }
    }

    private mutating func stop() {
        isStopping = true
        supersede(.startWorkers)
        order(.stopWorkers)
    }

    /// Goes on reading, where a clause has opened again after the workers were asked to end.
    private mutating func resume() {
        begin("open again: \(openClauses)")
    }

    /// Observes a night that is over: what comes late opens it again.
    private mutating func watchOn(_ found: NightObservation, hasMoved: Bool) {
        if hasMoved, found.time < lastWatch {
            let late = slice.partitions.reduce(0) { $0 + max(0, (ends[key($1)] ?? 0) - ($1.to ?? .max)) }
            cameAfterwards += late
            openAgain(at: found.time)
            begin("\(late) messages have come after the night was \(state.rawValue)")
        } else if state == .incomplete, hasWorkersLeft, loss == nil, isProven, found.time < lastWatch {
            openAgain(at: found.time)
            vetoLeft = rules.veto
            hasWorkersLeft = false
            go(to: .draining, notice)
        }
    }

    // MARK: - The end

    /// The night's time is over: it gets its verdict, and workers that still have something to do go on.
    private mutating func end(_ found: NightObservation) {
        let isRunning = wantsWorkers && !isStopping
        finish(found)
        hasWorkersLeft = isRunning && !rules.isWatchOnly
    }

    private mutating func finish(_ found: NightObservation) {
        closeSlice()
        let verdict: (NightState, String) =
            if let loss {
                (.incomplete, loss)
            } else if !isProven {
                (.incomplete, (isStoppedByClock ? "stopped by the clock; " : "") + openClauses)
            } else if isMissed, found.stream == .missing {
                (.incomplete, "nobody conducted the night, and if there was a topic, it is gone")
            } else if !hasMessages {
                (.closed, found.stream == .missing ? "there was no topic" : "there were no alerts")
            } else {
                (.complete, "every alert is accounted for")
            }
        isStopping = false
        isStoppedByClock = false
        vetoLeft = nil
        hasWorkersLeft = false
        edition += 1
        order(.writeReceipt(edition: edition))
        go(to: verdict.0, verdict.1)
    }

    // MARK: - Acts

    private mutating func go(to next: NightState, _ reason: String) {
        self.reason = reason
        guard next != state || next.isFinal else { return }
        state = next
        order(.notify(next, reason: reason))
    }

    private mutating func order(_ act: NightAct) {
        guard !pending.contains(where: { $0.act == act }) else { return }
        acts += 1
        pending.append(NightAct.Numbered(number: acts, act: act))
    }

    private mutating func supersede(_ act: NightAct) { pending.removeAll { $0.act == act } }

    /// A worker whose heartbeat stands still is replaced.
    private mutating func replaceHanging(_ found: NightObservation) {
        guard wantsWorkers || isStopping else { return beats = [:] }
        for worker in found.workers where worker.state == .running || worker.state == .stopping {
            guard let count = worker.heartbeat else { continue }
            var beat = beats[worker.name] ?? Beat(count: count)
            beat.stillFor = beat.count == count ? beat.stillFor + found.uptime : 0
            beat.count = count
            if beat.stillFor >= rules.hang {
                beat.stillFor = 0
                order(.replaceWorker(worker.name))
            }
            beats[worker.name] = beat
        }
    }

    /// Whether a time of day has passed since the night opened.
    private func isPast(_ stopAt: Double, _ time: Double) -> Bool {
        let day = times.opens.rounded(.down)
        let next = day + stopAt > times.opens ? day + stopAt : day + stopAt + 1
        return time >= next
    }
}
