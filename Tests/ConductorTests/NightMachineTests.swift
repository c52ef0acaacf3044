import Alerts
import Testing

@testable import Conductor

/// A night from before sunset to its end, step by step.
@Suite struct NightMachineTests {
    private typealias Key = NightObservation.Partition.Key

    /// A machine with what it is shown.
    private struct Night {
        var machine: NightMachine
        var found: NightObservation
        var performed: [NightAct] = []

        init(_ night: Int, of survey: Survey, change: (inout NightRules) -> Void = { _ in }) throws {
            var rules = NightRules(survey)
            change(&rules)
            machine = NightMachine(try #require(NightTimes(night: night, of: survey)), of: survey, rules: rules)
            found = NightObservation(time: machine.times.begin, elapsed: 0, sunAltitude: 30, stream: .missing)
        }

        /// Shows what is there at a time; all that it orders is carried out.
        mutating func see(at time: Double, sun: Double = -40) {
            found.elapsed = max(0, (time - found.time) * 86_400)
            found.uptime = found.elapsed
            (found.time, found.sunAltitude) = (time, sun)
            machine.observe(found)
            for act in machine.pending {
                perform(act.act)
                machine.finished(act.number)
            }
        }

        private mutating func perform(_ act: NightAct) {
            performed.append(act)
            switch act {
            case .startWorkers:
                found.workers = ["worker-1", "worker-2"].map { WorkerStatus(name: $0, state: .running, heartbeat: 1) }
            case .stopWorkers: found.workers = found.workers.map { WorkerStatus(name: $0.name, state: .stopped) }
            default: break
            }
        }

        /// Moves all heartbeats.
        mutating func beat() {
            found.workers = found.workers.map { worker in
                WorkerStatus(name: worker.name, state: worker.state, heartbeat: worker.heartbeat.map { $0 + 1 })
            }
        }

        /// Messages by partition, so many of which were read and stored.
        mutating func stream(_ topic: String, _ counts: [Int64], read: [Int64], last: Double) {
            let partitions = zip(counts, read).enumerated().map { number, pair in
                NightObservation.Partition(Key(topic, Int32(number)), high: pair.0, committed: pair.1)
            }
            found.stream = .present(partitions)
            var account = NightObservation.Account()
            for partition in partitions { account.positions[partition.key] = partition.committed ?? 0 }
            account.received = Int(read.reduce(0, +))
            account.stored = account.received
            account.lastExposureEnd = account.received > 0 ? last : nil
            found.account = account
        }

        var notices: [NightState] {
            performed.compactMap { if case .notify(let state, _) = $0 { state } else { nil } }
        }
    }

    private static let topic = "ztf_20240915_programid1"
    private static let minute = 1.0 / 1_440

    /// A night of 100 alerts up to its proof.
    private func proven(change: (inout NightRules) -> Void = { _ in }) throws -> Night {
        var night = try Night(20_240_915, of: .ztf, change: change)
        let times = night.machine.times
        night.see(at: times.begin, sun: 10)
        #expect(night.machine.state == .waiting)
        night.see(at: times.opens + 0.1)
        #expect(night.machine.state == .waiting)
        night.stream(Self.topic, [60, 40], read: [0, 0], last: 0)
        night.see(at: times.opens + 0.12)
        #expect(night.machine.state == .opening)
        night.see(at: times.opens + 0.121)
        #expect(night.machine.state == .running)
        night.beat()
        night.stream(Self.topic, [60, 40], read: [60, 40], last: times.exposuresEnd - 0.1)
        night.see(at: times.opens + 0.15)
        #expect(night.machine.state == .running)
        night.beat()
        night.see(at: times.exposuresEnd + 1 * Self.minute, sun: -11)
        return night
    }

    @Test("waits for the topic, reads it, is complete, stops its workers and writes a receipt") func complete() throws {
        var night = try proven()
        #expect(night.machine.state == .draining)
        #expect(!night.performed.contains(.stopWorkers))
        night.beat()
        night.see(at: night.found.time + 11 * Self.minute, sun: -9)
        #expect(night.performed.contains(.stopWorkers))
        night.see(at: night.found.time + Self.minute, sun: -9)
        #expect(night.machine.state == .complete)
        #expect(night.performed.contains(.writeReceipt(edition: 1)))
        #expect(night.notices == [.opening, .running, .draining, .complete])
        #expect(night.machine.slice.partitions.map(\.to) == [60, 40])
        #expect(night.machine.isProven)
    }

    @Test("what comes after the end opens the night again, and its receipt has a second edition") func late() throws {
        var night = try proven()
        night.see(at: night.found.time + 11 * Self.minute, sun: -9)
        night.see(at: night.found.time + Self.minute, sun: -9)
        #expect(night.machine.state == .complete)
        let last = night.machine.times.exposuresEnd - 0.1
        night.stream(Self.topic, [65, 40], read: [60, 40], last: last)
        night.see(at: night.found.time + 60 * Self.minute, sun: 5)
        #expect(night.machine.state == .opening)
        night.see(at: night.found.time + Self.minute, sun: 5)
        night.stream(Self.topic, [65, 40], read: [65, 40], last: last)
        for _ in 0..<6 {
            night.beat()
            night.see(at: night.found.time + 12 * Self.minute, sun: 8)
        }
        #expect(night.machine.state == .complete)
        #expect(night.machine.edition == 2)
        #expect(night.machine.cameAfterwards == 5)
    }

    @Test("a held night does not stop; a released one does") func held() throws {
        var night = try proven()
        night.found.isHeld = true
        for _ in 0..<5 {
            night.beat()
            night.see(at: night.found.time + 20 * Self.minute, sun: 5)
        }
        #expect(night.machine.state == .draining && !night.performed.contains(.stopWorkers))
        night.found.isHeld = false
        night.beat()
        night.see(at: night.found.time + 11 * Self.minute, sun: 5)
        #expect(night.performed.contains(.stopWorkers))
    }

    @Test("who only watches starts and stops nothing, and says when it would have") func watchOnly() throws {
        var night = try proven { $0.isWatchOnly = true }
        night.see(at: night.found.time + 11 * Self.minute, sun: -9)
        #expect(night.machine.state == .complete)
        #expect(night.machine.wouldHaveStopped == night.found.time)
        #expect(!night.performed.contains(.startWorkers) && !night.performed.contains(.stopWorkers))
    }

    @Test("a night without a topic, or with an empty one, is closed") func closed() throws {
        for isEmpty in [false, true] {
            var night = try Night(20_240_915, of: .ztf)
            if isEmpty { night.stream(Self.topic, [0, 0], read: [0, 0], last: 0) }
            night.see(at: night.machine.times.opens)
            night.see(at: night.machine.times.exposuresEnd - 0.01)
            #expect(night.machine.state == .waiting)
            night.see(at: night.machine.times.exposuresEnd + 31 * Self.minute, sun: 3)
            #expect(night.machine.state == .closed)
            #expect(night.performed == [.writeReceipt(edition: 1), .notify(.closed, reason: night.machine.reason)])
        }
    }

    @Test("a night whose clauses stay open is incomplete as the next one opens, and its workers go on")
    func incomplete() throws {
        var night = try proven()
        night.stream(Self.topic, [60, 50], read: [60, 40], last: night.machine.times.exposuresEnd - 0.1)
        night.see(at: night.found.time + Self.minute, sun: 0)
        #expect(night.machine.state == .running)
        night.beat()
        night.see(at: night.machine.times.opens + 1, sun: 0)
        #expect(night.machine.state == .incomplete)
        #expect(night.machine.reason.contains("10 messages in 1 partition"))
        #expect(!night.performed.contains(.stopWorkers) && night.machine.wantsWorkers)
        // Once they have read the rest, it is complete after all.
        night.stream(Self.topic, [60, 50], read: [60, 50], last: night.machine.times.exposuresEnd - 0.1)
        for _ in 0..<4 {
            night.beat()
            night.see(at: night.found.time + 15 * Self.minute, sun: -20)
        }
        // The next evening's dark is not this night's.
        #expect(night.machine.state == .complete && night.machine.edition == 2)
    }

    @Test("a clock rule stops without a proof, and the night is incomplete") func clockRule() throws {
        // 15:00 UTC is after sunrise at Palomar.
        var night = try proven { $0.stopAt = 15.0 / 24 }
        night.stream(Self.topic, [60, 50], read: [60, 40], last: night.machine.times.exposuresEnd - 0.1)
        night.see(at: night.found.time + Self.minute, sun: 0)
        night.see(at: night.machine.times.begin + 15.01 / 24, sun: 20)
        #expect(night.performed.contains(.stopWorkers))
        night.see(at: night.machine.times.begin + 15.02 / 24, sun: 20)
        #expect(night.machine.state == .incomplete && night.machine.reason.hasPrefix("stopped by the clock"))
    }

    @Test("a worker whose heartbeat stands still for a minute is replaced, one that moves is not") func hanging() throws
    {
        var night = try Night(20_240_915, of: .ztf)
        night.stream(Self.topic, [100], read: [0], last: 0)
        night.see(at: night.machine.times.opens)
        night.see(at: night.found.time + Self.minute / 6)
        for step in 0..<8 {
            let count = night.found.workers[1].heartbeat ?? 0
            night.found.workers[1] = WorkerStatus(name: "worker-2", state: .running, heartbeat: count + step)
            night.see(at: night.found.time + Self.minute / 6)
        }
        #expect(
            night.performed.filter { if case .replaceWorker = $0 { true } else { false } }.allSatisfy {
                $0 == .replaceWorker("worker-1")
            })
        #expect(night.performed.contains(.replaceWorker("worker-1")))
    }

    // MARK: - One topic for ever

    /// LSST's partitions: low, high, committed, and the offsets at the two noons.
    private func slice(_ parts: [(low: Int64, high: Int64, read: Int64, begin: Int64?, end: Int64?)])
        -> NightObservation.Stream
    {
        .present(
            parts.enumerated().map { number, part in
                var partition = NightObservation.Partition(
                    Key("lsst-alerts-v11", Int32(number)), low: part.low, high: part.high, committed: part.read)
                (partition.nightBegin, partition.nightEnd) = (part.begin, part.end)
                return partition
            })
    }

    private func account(_ positions: [Int64], last: Double) -> NightObservation.Account {
        var account = NightObservation.Account()
        for (number, position) in positions.enumerated() {
            account.positions[Key("lsst-alerts-v11", Int32(number))] = position
        }
        account.lastExposureEnd = last
        return account
    }

    @Test("LSST's slice goes from noon to noon; what comes after the noon is the next night's") func noons() throws {
        var night = try Night(20_260_224, of: .lsst)
        let times = night.machine.times
        night.found.stream = slice([(0, 1_000, 1_000, 1_000, nil), (0, 500, 500, 500, nil)])
        night.see(at: times.begin + 0.01, sun: 40)
        #expect(night.machine.state == .waiting)
        night.see(at: times.opens, sun: -1)
        #expect(night.machine.state == .opening)
        night.see(at: times.opens + Self.minute)
        // The last visit is half an hour before noon: its late window reaches past it.
        night.found.stream = slice([(0, 1_300, 1_300, 1_000, nil), (0, 700, 700, 500, nil)])
        night.found.account = account([1_300, 700], last: times.end - 30 * Self.minute)
        night.beat()
        night.see(at: times.end - 25 * Self.minute, sun: 2)
        night.found.stream = slice([(0, 1_310, 1_310, 1_000, 1_305), (0, 700, 700, 500, 700)])
        night.found.account = account([1_310, 700], last: times.end - 30 * Self.minute)
        night.beat()
        night.see(at: times.end + Self.minute, sun: 10)
        #expect(night.machine.state == .running)
        #expect(night.machine.slice.partitions.map(\.to) == [1_305, 700])
        // The next night's messages do not move this one.
        for minutes in [20.0, 40, 60, 80] {
            night.found.stream = slice([(0, 1_310 + Int64(minutes), 1_310, 1_000, 1_305), (0, 700, 700, 500, 700)])
            night.beat()
            night.see(at: times.end + minutes * Self.minute, sun: 20)
        }
        #expect(night.machine.state == .complete || night.machine.state == .draining)
        night.see(at: times.end + 95 * Self.minute, sun: 20)
        night.see(at: times.end + 96 * Self.minute, sun: 20)
        #expect(night.machine.state == .complete && night.machine.edition == 1)
        #expect(night.machine.slice.partitions.map(\.count) == [305, 200])
    }

    @Test("a beginning that retention took makes the night incomplete, with what was lost") func beginningLost() throws
    {
        var night = try Night(20_260_224, of: .lsst)
        let times = night.machine.times
        night.found.stream = slice([(1_100, 1_200, 1_200, 1_000, 1_200)])
        night.found.account = account([1_200], last: times.exposuresEnd - 0.2)
        night.see(at: times.opens)
        night.see(at: times.opens + Self.minute)
        night.beat()
        night.see(at: times.exposuresEnd + 80 * Self.minute, sun: 20)
        night.see(at: night.found.time + 11 * Self.minute, sun: 20)
        night.see(at: night.found.time + 11 * Self.minute, sun: 20)
        #expect(night.machine.state == .incomplete)
        #expect(
            night.machine.reason.hasPrefix("beginning lost: lsst-alerts-v11 [0] begins at 1100, and the night at 1000"))
    }

    @Test("a clock that is set back, and one that is wrong, end no night early") func clocks() throws {
        var night = try proven { $0.veto = 30 * 60 }
        let time = night.found.time
        night.found.clockError = "the stream's clock is 3 h ahead of this machine's"
        night.see(at: time + 5 * Self.minute, sun: 0)
        #expect(night.machine.state == .running)
        night.found.clockError = nil
        night.see(at: time - 300 * Self.minute)
        #expect(night.machine.state == .running)
        night.see(at: time + 6 * Self.minute, sun: 0)
        #expect(night.machine.state == .draining)
    }
}
