package import Alerts
internal import DataLayout
internal import Foundation
internal import Kafka
internal import Sky

/// Conducts a survey's nights: looks, has each night's machine decide, writes down what it decided, and carries it out.
package final class SurveyConductor {
    /// What is conducted.
    package struct Settings {
        /// The survey.
        package var survey: Survey
        /// By what rules.
        package var rules: NightRules
        /// What became of its messages.
        package var accounts: any NightAccounts

        /// Settings of all.
        package init(survey: Survey, rules: NightRules, accounts: any NightAccounts) {
            self.survey = survey
            self.rules = rules
            self.accounts = accounts
        }
    }

    /// What a conductor says and tells.
    package struct Output {
        /// Logs a line.
        package var log: (String) -> Void
        /// Tells people of a change: the act's number, the state, the reason.
        package var notify: (NightMachine, _ number: Int, NightState, _ reason: String) -> Void

        /// Both.
        package init(
            log: @escaping (String) -> Void,
            notify: @escaping (NightMachine, _ number: Int, NightState, _ reason: String) -> Void
        ) {
            self.log = log
            self.notify = notify
        }
    }

    /// Nights that nobody conducted are looked at when they are no older: streams keep their messages for a week or so.
    private static let mostMissed = 7

    private let settings: Settings
    private let stream: StreamWatch
    private let control: (any WorkerControl)?
    private let files: NightFiles
    private let clock: ConductorClock
    private let output: Output
    private var machines: [NightMachine] = []
    private var last: ConductorClock.Moment?
    private var trust = ClockTrust()
    /// What was seen at this look where no server answered.
    private var silence: StreamWatch.View?
    /// Why the machine's date is not believed; `nil` where it is.
    private var doubt: String?
    private var hasResumed = false
    /// Nights whose states were damaged.
    private var reset: Set<Int> = []
    private var workers: [WorkerStatus] = []
    /// Where the group has got to, as it was found last.
    private var committed: [NightObservation.Partition.Key: Int64] = [:]
    /// What was logged last of what keeps it from working.
    private var trouble = ""

    /// A conductor of a survey; ``load()`` comes first.
    ///
    /// - Parameters:
    ///   - settings: What is conducted.
    ///   - stream: The survey's stream.
    ///   - control: Starts and stops the workers; `nil` where it only watches.
    ///   - files: Where the nights' states are.
    ///   - clock: What time it is.
    ///   - output: What it says.
    package init(
        _ settings: Settings, stream: StreamWatch, control: (any WorkerControl)?, files: NightFiles,
        clock: ConductorClock, output: Output
    ) {
        self.settings = settings
        self.stream = stream
        self.control = control
        self.files = files
        self.clock = clock
        self.output = output
    }

    /// The survey.
    package var survey: Survey { settings.survey }

    /// The nights that are observed, with what was found last.
    package var nights: [NightMachine] { machines }

    /// The workers, as they were found last.
    package var lastWorkers: [WorkerStatus] { workers }

    /// Goes on with the nights that an earlier conductor left.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a damaged state cannot be put aside.
    package func load() throws {
        let now = clock.now
        for night in files.nights(of: survey.name).suffix(8) {
            guard var machine = try record(night)?.machine, !machine.isRetired else { continue }
            machine.rules = settings.rules
            if let now { machine.resume(at: now.mjd) }
            machines.append(machine)
        }
    }

    /// Looks once, and does what is to be done.
    package func tick() {
        guard let now = clock.now else { return }
        let before = last
        last = now
        doubt = trust.doubt(now)
        if let doubt { report(doubt) } else { addNights(now.mjd) }
        observeWorkers()
        silence = nil
        for index in machines.indices where !machines[index].isRetired {
            observe(index, now, since: before)
            carryOut(index, now)
        }
        machines.removeAll { $0.isRetired }
        let keys = Set(machines.flatMap { machine in machine.slice.partitions.map { machine.key($0) } })
        committed = committed.filter { keys.contains($0.key) }
    }

    // MARK: - Nights

    /// What is known of a night; a damaged state is put aside, and the night conducted from the start.
    private func record(_ night: Int) throws(BrokerError) -> NightFiles.Record? {
        do { return try files.load(survey.name, night) } catch {
            guard error.code == .damagedNight else { throw error }
            let aside = try files.setAside(survey.name, night)
            reset.insert(night)
            output.log(
                "\(error.path): the night's state was damaged, and is now \(aside); the night is conducted from the start"
            )
            return nil
        }
    }

    /// The night that it is gets a machine, and so do those before it that nobody has conducted since the last one.
    private func addNights(_ mjd: Double) {
        let tonight = NightTimes.night(at: mjd, of: survey)
        // A later night that has begun already means that the clock was set back.
        guard
            !machines.contains(where: {
                $0.times.night == tonight || $0.times.night > tonight && $0.times.begin <= mjd
            })
        else { return }
        let known = files.nights(of: survey.name) + reset
        let last = known.filter { $0 < tonight }.max() ?? NightTimes.night(tonight, plus: -1)
        for count in -Self.mostMissed...0 {
            let night = NightTimes.night(tonight, plus: count)
            guard night > last || reset.contains(night), !machines.contains(where: { $0.times.night == night }) else {
                continue
            }
            do throws(BrokerError) { try add(night, mjd, isMissed: count < 0) } catch { return report("\(error)") }
        }
        machines.sort { $0.times.night < $1.times.night }
    }

    private func add(_ night: Int, _ mjd: Double, isMissed: Bool) throws(BrokerError) {
        guard let times = NightTimes(night: night, of: survey) else { return }
        if var machine = try record(night)?.machine {
            // One that is over and retired stays so.
            guard !machine.isRetired || machine.revive(at: mjd) else { return }
            machine.rules = settings.rules
            return machines.append(machine)
        }
        let isMissed = isMissed && !reset.contains(night)
        output.log(
            "\(survey.name) \(night): "
                + (isMissed ? "nobody has conducted this night; it is looked at now" : Self.text(times)))
        var machine = NightMachine(times, of: survey, rules: settings.rules)
        // The editions before a damaged state was put aside stay as they are.
        machine.edition = NightReceipt.editions(survey: survey.name, night: night, in: files.folder).last ?? 0
        machine.resume(at: mjd, isMissed: isMissed)
        machines.append(machine)
    }

    private static func text(_ times: NightTimes) -> String {
        "sunset \(times.sunset.map { ConductorClock.text($0) } ?? "none"), "
            + "exposures end \(ConductorClock.text(times.exposuresEnd))"
    }

    private func observeWorkers() {
        guard let control else { return }
        do {
            if !hasResumed, machines.contains(where: \.wantsWorkers) { try control.start(topic: topic()) }
            hasResumed = true
            workers = try control.workers()
        } catch { report("\(error)") }
    }

    // MARK: - Observing

    private func observe(_ index: Int, _ now: ConductorClock.Moment, since before: ConductorClock.Moment?) {
        let machine = machines[index]
        let view = look(at: machine, now)
        if case .present(let partitions) = view.stream {
            for partition in partitions { committed[partition.key] = partition.committed }
        }
        var found = NightObservation(
            time: now.mjd, elapsed: before.map { max(0, now.seconds - $0.seconds) } ?? 0,
            sunAltitude: NightTimes.sun(survey.site).altitude(mjd: now.mjd), stream: view.stream, workers: workers)
        found.uptime = before.map { max(0, now.uptime - $0.uptime) } ?? 0
        (found.clockError, found.isDateDoubtful) = (doubt ?? view.clockError, doubt != nil)
        found.isHeld = files.isHeld(survey.name)
        found.isSharingWorkers = machines.contains { $0.times.night != machine.times.night && $0.wantsWorkers }
        // The account is read where it may be what is missing: it costs more than a look at the stream.
        var trial = machine
        trial.observe(found)
        if trial.isAccountMissing { (found.account, found.accountFailure) = settings.accounts.read(trial, view.stream) }
        machines[index].observe(found)
        let isNew = machines[index].pending != machine.pending || machines[index].state != machine.state
        if machines[index].state != machine.state {
            let night = machines[index]
            output.log("\(survey.name) \(night.times.night): \(night.state.rawValue): \(night.reason)")
        }
        save(index, now, isSynced: isNew || machines[index].slice != machine.slice)
    }

    /// Looks at a night's stream. A server that did not answer for one night is not waited for again for each of the others.
    private func look(at machine: NightMachine, _ now: ConductorClock.Moment) -> StreamWatch.View {
        if let silence { return silence }
        let began = ContinuousClock.now
        let view = stream.look(at: machine, after: endsBefore(machine), time: now.mjd, isDateDoubtful: doubt != nil)
        if case .unreachable = view.stream, ContinuousClock.now - began > .seconds(3) { silence = view }
        return view
    }

    /// Where the night before ended, as it was found then.
    private func endsBefore(_ machine: NightMachine) -> [NightObservation.Partition.Key: Int64] {
        let night = NightTimes.night(machine.times.night, plus: -1)
        if let before = machines.first(where: { $0.times.night == night }) { return before.nightEnds }
        return (try? files.load(survey.name, night)?.machine.nightEnds) ?? [:]
    }

    @discardableResult
    private func save(_ index: Int, _ now: ConductorClock.Moment, isSynced: Bool) -> Bool {
        let record = NightFiles.Record(
            machine: machines[index], date: ConductorClock.date(now.mjd), workers: workers, committed: committed)
        do {
            try files.save(record, isSynced: isSynced)
            return true
        } catch {
            report("\(error); nothing is started or stopped until it can be written")
            return false
        }
    }

    // MARK: - Acting

    private func carryOut(_ index: Int, _ now: ConductorClock.Moment) {
        // What is not written down is not done: after a kill it would be done again.
        guard !machines[index].pending.isEmpty, save(index, now, isSynced: true) else { return }
        let date = ConductorClock.date(now.mjd)
        for act in machines[index].pending {
            do {
                if case .notify(let state, let reason) = act.act {
                    // Told at most once: a kill in between loses a notice, and repeats none.
                    machines[index].finished(act.number)
                    guard save(index, now, isSynced: true) else { return }
                    output.notify(machines[index], act.number, state, reason)
                } else {
                    try carryOut(act.act, machines[index], date)
                    machines[index].finished(act.number)
                    guard save(index, now, isSynced: true) else { return }
                }
                try files.log(date, survey.name, machines[index].times.night, act.number, "\(act.act)")
            } catch {
                report("cannot \(act.act): \(error)")
                return
            }
        }
        trouble = ""
    }

    private func carryOut(_ act: NightAct, _ machine: NightMachine, _ date: Date) throws {
        switch act {
        case .startWorkers:
            if machine.rules.isOneTopic { try stream.begin(machine.slice) }
            try control?.start(topic: topic())
        case .stopWorkers:
            // Another night's workers go on, without this night's topic.
            if machines.contains(where: \.wantsWorkers) {
                try control?.start(topic: topic())
            } else {
                try control?.stop()
            }
        case .replaceWorker(let name): try control?.replace(name)
        case .writeReceipt(let edition): try writeReceipt(machine, edition, date)
        case .notify: break
        }
    }

    private func writeReceipt(_ machine: NightMachine, _ edition: Int, _ date: Date) throws {
        let record = NightFiles.Record(machine: machine, date: date, workers: workers)
        let receipt = try settings.accounts.receipt(of: record.proof, edition: edition, date: date)
        let path = try receipt.write(to: files.folder)
        output.log("\(survey.name) \(machine.times.night): edition \(edition) of the receipt is \(path)")
    }

    /// The topic of the nights that want workers: one's name, or a pattern of several.
    private func topic() throws -> String? {
        guard !settings.rules.isOneTopic else { return nil }
        var names: [String] = []
        for machine in machines where machine.wantsWorkers {
            names.append(try stream.name(of: machine.times.night).description)
        }
        guard names.count > 1 else { return names.first }
        return "^("
            + names.map { $0.hasPrefix("^") ? "\($0.dropFirst())" : $0.replacing(".", with: "\\.") + "$" }
            .joined(separator: "|") + ")"
    }

    private func report(_ text: String) {
        guard text != trouble else { return }
        trouble = text
        output.log("\(survey.name): \(text)")
    }
}
