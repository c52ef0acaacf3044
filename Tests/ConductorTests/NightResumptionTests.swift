import Alerts
import Testing

@testable import Conductor

/// Nights that nobody looked at in their time, and dates that are wrong.
@Suite struct NightResumptionTests {
    private typealias Key = NightObservation.Partition.Key

    private static let minute = 1.0 / 1_440

    private func machine() throws -> NightMachine {
        let times = try #require(NightTimes(night: 20_240_915, of: .ztf))
        return NightMachine(times, of: .ztf, rules: NightRules(.ztf))
    }

    /// A topic of 100 alerts, all of them stored.
    private func found(at time: Double, elapsed: Double = 0, sun: Double = -40) -> NightObservation {
        let key = Key("ztf_20240915_programid1", 0)
        var found = NightObservation(
            time: time, elapsed: elapsed, sunAltitude: sun,
            stream: .present([NightObservation.Partition(key, high: 100, committed: 100)]),
            workers: [WorkerStatus(name: "worker-1", state: .running, heartbeat: 1)])
        var account = NightObservation.Account()
        account.positions[key] = 100
        (account.received, account.stored) = (100, 100)
        found.account = account
        return found
    }

    /// Shows what is there every ten minutes, and has every act carried out.
    private func go(_ machine: inout NightMachine, from time: Double, steps: Int) {
        for step in 0..<steps {
            var found = found(at: time + Double(step) * 10 * Self.minute, elapsed: step == 0 ? 0 : 600)
            if machine.isStopping { found.workers = [WorkerStatus(name: "worker-1", state: .stopped)] }
            machine.observe(found)
            for act in machine.pending { machine.finished(act.number) }
        }
    }

    @Test("a night whose verdict was due while nobody looked is proven first, also in the dark") func late() throws {
        var machine = try machine()
        machine.observe(found(at: machine.times.opens + 0.1))
        let time = machine.times.opens + 3
        var judged = machine
        judged.observe(found(at: time))
        #expect(judged.state == .incomplete, "without time it is judged at once")
        machine.resume(at: time)
        go(&machine, from: time, steps: 8)
        #expect(machine.state == .complete && machine.edition == 1, "\(machine.reason)")
    }

    @Test("a night is given time three times at most") func bounded() throws {
        var machine = try machine()
        var time = machine.times.opens + 3
        for _ in 0..<3 {
            machine.resume(at: time)
            #expect(machine.deadline > time)
            time = machine.deadline
        }
        machine.resume(at: time)
        #expect(machine.deadline == time)
        machine.observe(found(at: time))
        #expect(machine.state.isFinal)
    }

    @Test("of a night that nobody conducted a missing topic says nothing") func missed() throws {
        var machine = try machine()
        var found = NightObservation(
            time: machine.times.opens + 3, elapsed: 0, sunAltitude: 20, stream: .missing)
        machine.resume(at: found.time, isMissed: true)
        machine.observe(found)
        (found.time, found.elapsed) = (found.time + 21 * Self.minute, 21 * 60)
        machine.observe(found)
        #expect(machine.state == .incomplete)
        #expect(machine.reason == "nobody conducted the night, and if there was a topic, it is gone")
    }

    @Test("a date that has jumped by a year ends nothing") func jump() throws {
        var machine = try machine()
        machine.rules.stopAt = 0.9
        machine.observe(found(at: machine.times.opens + 0.1))
        machine.observe(found(at: machine.times.opens + 0.1))
        var wrong = found(at: machine.times.opens + 365)
        (wrong.isDateDoubtful, wrong.clockError) = (true, "clock wrong")
        machine.observe(wrong)
        #expect(machine.state == .running && !machine.isRetired)
        wrong.isDateDoubtful = false
        machine.observe(wrong)
        #expect(machine.state != .running, "a clock that is believed does end it")
    }

    @Test("a night that a wrong clock has ended goes on, one that was over in time does not") func revival() throws {
        var machine = try machine()
        let time = machine.times.opens + 0.1
        machine.observe(found(at: time))
        machine.observe(found(at: time + 365))
        #expect(machine.isRetired && machine.state == .incomplete)
        var over = machine
        #expect(!over.revive(at: machine.times.opens + 1.5) && over.isRetired)
        #expect(machine.revive(at: time) && machine.state == .opening)
        machine.observe(found(at: time + Self.minute))
        #expect(machine.deadline < machine.times.opens + 2, "the year ahead is forgotten")
    }

    @Test("a date that jumps is not believed until it is back, or an hour old") func trust() {
        func moment(_ hours: Double, seconds: Double) -> ConductorClock.Moment {
            ConductorClock.Moment(mjd: 60_568 + hours / 24, seconds: seconds, uptime: seconds)
        }
        var trust = ClockTrust()
        #expect(trust.doubt(moment(0, seconds: 0)) == nil)
        #expect(trust.doubt(moment(1, seconds: 3_600)) == nil)
        #expect(trust.doubt(moment(25, seconds: 3_610))?.contains("set ahead by 24 h") == true)
        #expect(trust.doubt(moment(1.01, seconds: 3_636)) == nil)
        #expect(trust.doubt(moment(-23, seconds: 3_640))?.contains("set back by 24 h") == true)
        #expect(trust.doubt(moment(-22.5, seconds: 5_440)) != nil)
        #expect(trust.doubt(moment(-22, seconds: 7_300)) == nil)
        #expect(trust.doubt(moment(-21, seconds: 10_900)) == nil)
    }

    @Test("a state whose numbers would overflow is not sound") func sound() throws {
        var machine = try machine()
        machine.observe(found(at: machine.times.opens + 0.1))
        #expect(machine.isSound)
        for change: (inout NightMachine) -> Void in [
            { $0.edition = .max }, { $0.acts = -1 }, { $0.cameAfterwards = .max }, { $0.quietFor = .infinity },
            { $0.slice.partitions[0].to = .max }, { $0.slice.partitions[0].from = .min },
            { $0.extendedDeadline = 1e300 },
        ] {
            var changed = machine
            change(&changed)
            #expect(!changed.isSound)
        }
    }
}
