import Alerts
import TestSupport
import Testing

@testable import Conductor

/// What holds for every sequence of observations, likely or not.
@Suite struct NightMachineProperties {
    private typealias Key = NightObservation.Partition.Key

    /// A world that changes at random, and what is true of it.
    private struct World {
        var random: SeededGenerator
        let survey: Survey
        let times: NightTimes
        var time: Double
        var partitions: [NightObservation.Partition] = []
        var account = NightObservation.Account()
        var workers: [WorkerStatus] = []

        init(seed: UInt64, _ nights: [NightTimes]) {
            random = SeededGenerator(seed: seed)
            survey = seed % 2 == 0 ? .ztf : .lsst
            times = nights[Int(seed % 2)]
            time = times.begin - 0.1
        }

        mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }

        /// The next observation.
        mutating func next() -> NightObservation {
            // Mostly forward, in steps of seconds to hours; now and then back.
            let step =
                chance(0.05) ? -Double.random(in: 0..<0.3, using: &random) : Double.random(in: 0..<0.08, using: &random)
            time += step
            change()
            var found = NightObservation(
                time: time, elapsed: chance(0.05) ? 0 : max(0, step) * 86_400,
                sunAltitude: chance(0.03) ? nil : altitude, stream: stream(), workers: workers)
            found.uptime = found.elapsed
            if chance(0.9) { found.account = account }
            if chance(0.03) { found.accountFailure = "cannot be read" }
            found.isHeld = chance(0.05)
            if chance(0.03) { found.clockError = "off" }
            found.isSharingWorkers = chance(0.1)
            return found
        }

        private var altitude: Double {
            time > times.opens && time < times.exposuresEnd ? -30 : 20
        }

        private mutating func stream() -> NightObservation.Stream {
            if chance(0.05) { return .unreachable("gone") }
            return partitions.isEmpty ? .missing : .present(partitions)
        }

        private mutating func change() {
            let isDark = time > times.opens && time < times.exposuresEnd
            if partitions.isEmpty, isDark, chance(0.3) {
                let topic = survey == .ztf ? "ztf_20240915_programid1" : "lsst-alerts-v11"
                for number in 0..<Int32.random(in: 1...3, using: &random) {
                    let high = Int64.random(in: 0...50, using: &random)
                    var partition = NightObservation.Partition(
                        Key(topic, number), low: chance(0.05) ? 5 : 0, high: high)
                    if survey == .lsst {
                        partition.nightBegin = chance(0.9) ? Int64.random(in: 0...high, using: &random) : nil
                    }
                    partitions.append(partition)
                }
            }
            for index in partitions.indices {
                if chance(isDark ? 0.4 : 0.03) { partitions[index].high += Int64.random(in: 1...20, using: &random) }
                if survey == .lsst, time >= times.end, partitions[index].nightEnd == nil, chance(0.5) {
                    partitions[index].nightEnd = partitions[index].high
                }
                if survey == .lsst, partitions[index].nightBegin == nil, chance(0.3) {
                    partitions[index].nightBegin = 0
                }
                if chance(0.6) { partitions[index].committed = partitions[index].high }
                account.positions[partitions[index].key] =
                    chance(0.95) ? partitions[index].committed ?? 0 : Int64.random(in: 0...50, using: &random)
            }
            if chance(0.02), survey == .ztf { partitions = [] }
            account.stored = Int.random(in: 0...9, using: &random)
            account.received = account.stored + (chance(0.05) ? 1 : 0)
            account.unpublished = chance(0.05) ? 3 : 0
            account.faults = chance(0.02) ? ["does not add up"] : []
            if isDark, chance(0.5) { account.lastExposureEnd = time }
            workers = workers.map { worker in
                WorkerStatus(
                    name: worker.name, state: chance(0.02) ? .failed : worker.state,
                    heartbeat: worker.heartbeat.map { $0 + (chance(0.9) ? 1 : 0) })
            }
        }

        /// Carries out an act, which may fail.
        mutating func perform(_ act: NightAct) -> Bool {
            guard chance(0.95) else { return false }
            switch act {
            case .startWorkers:
                workers = ["worker-1", "worker-2"].map { WorkerStatus(name: $0, state: .running, heartbeat: 0) }
            case .stopWorkers: workers = workers.map { WorkerStatus(name: $0.name, state: .stopped) }
            default: break
            }
            return true
        }
    }

    /// A night of ZTF and one of LSST.
    private static func nights() throws -> [NightTimes] {
        [
            try #require(NightTimes(night: 20_240_915, of: .ztf)),
            try #require(NightTimes(night: 20_260_224, of: .lsst)),
        ]
    }

    /// What a sequence must never do, or `nil`.
    private static func fault(seed: UInt64, _ nights: [NightTimes]) -> String? {
        var world = World(seed: seed, nights)
        var rules = NightRules(world.survey)
        rules.isWatchOnly = seed % 7 == 0
        if seed % 5 == 0 { rules.stopAt = Double(seed % 24) / 24 }
        var machine = NightMachine(world.times, of: world.survey, rules: rules)
        var done: Set<Int> = []
        var steps = 0
        while !machine.isRetired {
            steps += 1
            guard steps < 5_000 else { return "it has no end: \(machine.state), \(machine.reason)" }
            let (before, found) = (machine, world.next())
            machine.observe(found)
            if let fault = fault(from: before, to: machine, found) { return fault }
            for act in machine.pending {
                guard world.perform(act.act) else { continue }
                guard done.insert(act.number).inserted else { return "act \(act.number) comes twice" }
                machine.finished(act.number)
            }
        }
        guard machine.state.isFinal else { return "it ends as \(machine.state)" }
        return machine.edition > 0 ? nil : "it ends without a receipt"
    }

    private static func fault(from before: NightMachine, to machine: NightMachine, _ found: NightObservation) -> String?
    {
        let isNew = machine.state != before.state
        let new = Set(machine.pending).subtracting(before.pending).map(\.act)
        if machine.state == .complete, isNew || new.contains(.writeReceipt(edition: machine.edition)) {
            if machine.clauses.count != Clause.Name.allCases.count {
                return "complete with \(machine.clauses.count) clauses"
            }
            if let open = machine.clauses.first(where: { !$0.isMet }) { return "complete, and open: \(open)" }
            if let reason = refutation(of: machine, found) { return "complete, and \(reason)" }
        }
        if new.contains(.stopWorkers) {
            if machine.rules.isWatchOnly { return "who only watches stops" }
            let isOpen = machine.clauses.contains { !$0.isMet }
            if isOpen, machine.rules.stopAt == nil { return "a stop without a proof" }
        }
        if new.contains(.startWorkers), machine.rules.isWatchOnly { return "who only watches starts" }
        return nil
    }

    /// Why what was found contradicts that the night is complete, worked out without the machine's own clauses.
    private static func refutation(of machine: NightMachine, _ found: NightObservation) -> String? {
        guard case .present(let partitions) = found.stream else { return "no stream is seen" }
        guard let account = found.account, found.accountFailure == nil else { return "no account was read" }
        if found.clockError != nil || found.sunAltitude == nil { return "the Sun is unknown" }
        if found.time < machine.times.exposuresEnd { return "exposures may go on" }
        if account.received != account.duplicates + account.stored + account.deadLettered {
            return "it does not add up"
        }
        if !account.faults.isEmpty || account.unpublished > 0 { return "the account has faults" }
        for partition in partitions {
            let isOneTopic = machine.rules.isOneTopic
            let begin = isOneTopic ? machine.slice.partitions.first { machine.key($0) == partition.key }?.from : 0
            guard let begin else { return "a begin is unknown" }
            if isOneTopic, found.time >= machine.times.end, machine.nightEnds[partition.key] == nil {
                return "an end is unknown"
            }
            let end = isOneTopic ? min(partition.high, machine.nightEnds[partition.key] ?? .max) : partition.high
            guard end > begin else { continue }
            if partition.committed ?? 0 < end { return "\(partition.key) was not read" }
            if account.positions[partition.key] ?? 0 < end { return "\(partition.key) is not in the ledger" }
            if partition.low > begin, before(machine, partition) { return "the beginning was lost" }
        }
        return nil
    }

    /// Whether the partition's first messages were gone when the night saw it first.
    private static func before(_ machine: NightMachine, _ partition: NightObservation.Partition) -> Bool {
        guard let part = machine.slice.partitions.first(where: { machine.key($0) == partition.key }) else {
            return false
        }
        return part.lowest ?? 0 > part.from ?? 0
    }

    @Test(
        "100,000 sequences: never complete with an open clause, never a stop without a proof or a rule, always an end")
    func sequences() throws {
        let nights = try Self.nights()
        var states: [NightState: Int] = [:]
        for seed in 0..<100_000 as Range<UInt64> {
            if let fault = Self.fault(seed: seed, nights) {
                Issue.record("seed \(seed): \(fault)")
                return
            }
            if seed < 1_000 { states[Self.verdict(seed: seed, nights), default: 0] += 1 }
        }
        // Each verdict is reached, so that the rules above were tried.
        for state in [NightState.complete, .incomplete, .closed] {
            #expect(states[state] ?? 0 > 10, "\(state): \(states)")
        }
    }

    private static func verdict(seed: UInt64, _ nights: [NightTimes]) -> NightState {
        var world = World(seed: seed, nights)
        var machine = NightMachine(world.times, of: world.survey, rules: NightRules(world.survey))
        while !machine.state.isFinal {
            machine.observe(world.next())
            for act in machine.pending where world.perform(act.act) { machine.finished(act.number) }
        }
        return machine.state
    }
}
