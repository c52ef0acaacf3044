@testable import Simulator
import Testing

@Suite struct VisitScheduleTests {
    @Test("a field's visits are those of its nights", arguments: [1, 300, 2_000, 100_000, 700_000])
    func inverse(alerts: Int) {
        let schedule = VisitSchedule(seed: 3, alerts: alerts)
        let first = VisitSchedule.firstNight
        var byField: [Int: [Visit]] = [:]
        for night in first..<first + 40 {
            for sequence in 0..<schedule.visits {
                let visit = schedule.visit(night: night, sequence: sequence)
                byField[visit.field, default: []].append(visit)
            }
        }
        for (field, visits) in byField.prefix(20) {
            guard let last = visits.last else { continue }
            let found = schedule.visits(of: field, through: last)
            #expect(found.map(\.number) == visits.map(\.number) && found.map(\.time) == visits.map(\.time))
        }
    }

    @Test("alerts are shared out among the visits without one left", arguments: [0, 1, 5, 199, 4_001, 100_003])
    func shares(alerts: Int) {
        let schedule = VisitSchedule(seed: 3, alerts: alerts)
        var next = 0
        for sequence in 0..<schedule.visits {
            #expect(schedule.firstAlert(ofVisit: sequence) == next)
            let count = schedule.alerts(inVisit: sequence)
            if count > 0 {
                #expect(schedule.visit(ofAlert: next) == sequence)
                #expect(schedule.visit(ofAlert: next + count - 1) == sequence)
            }
            next += count
        }
        #expect(next == alerts)
    }

    @Test("a field is seen every few nights for a season, in pairs of filters") func cadence() throws {
        let schedule = VisitSchedule(seed: 3, alerts: 100_000)
        let start = schedule.visit(night: VisitSchedule.firstNight + 200, sequence: 0)
        let last = schedule.visit(night: VisitSchedule.firstNight + 565, sequence: 0)
        let field = start.field
        let year = schedule.visits(of: field, through: last).filter { $0.night >= start.night }
        #expect((40...120).contains(year.count), "LSST visits a place some 80 times a year")
        let nights = year.map(\.night)
        let gaps = zip(nights, nights.dropFirst()).map { $1 - $0 }.filter { $0 > 0 && $0 < 60 }
        #expect(gaps.allSatisfy { $0 <= 7 })
        #expect((3.0...5.0).contains(Double(gaps.reduce(0, +)) / Double(gaps.count)))
        #expect(Set(year.map(\.band)).count >= 5)
    }

    @Test("a place is on one detector, and back") func places() throws {
        let visit = VisitSchedule(seed: 3, alerts: 1_000).visit(night: 61_000, sequence: 1)
        var seen: Set<Int> = []
        for east in stride(from: -1.6, through: 1.6, by: 0.1) {
            for north in stride(from: -1.6, through: 1.6, by: 0.1) {
                guard let place = FocalPlane.place(east: east, north: north, in: visit) else { continue }
                seen.insert(place.detector)
                let back = FocalPlane.offset(detector: place.detector, x: place.x, y: place.y, in: visit)
                #expect(abs(back.east - east) < 1e-9 && abs(back.north - north) < 1e-9)
            }
        }
        #expect(seen.count > 150 && seen.allSatisfy { (0..<189).contains($0) })
    }

    /// Real packets of 2026: 169813006111211588 is of visit 2025123100240, detector 112.
    @Test("numbers are laid out as Rubin's") func numbers() {
        let schedule = VisitSchedule(seed: 3, alerts: 1_000)
        // 2025-12-31 is MJD 61040.
        let visit = schedule.visit(night: 61_040, sequence: 1)
        #expect(visit.number == 2_025_123_100_001 && Visit.date(61_040) == 20_251_231)
        let id = visit.sourceID(detector: 112, counter: 68)
        #expect(id == 169_813_006_111_211_588 - Int64(240 - 1) << 27)
    }
}
