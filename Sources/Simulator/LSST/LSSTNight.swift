package import Alerts
internal import Foundation

/// A night of LSST's alerts, of a sky that is the same on all nights of a seed and a number of alerts.
///
/// Objects, visits and measurements follow from the seed, the number and the date, so that a packet's history is what the
/// alerts of earlier nights said, and any alert can be had without the others. A night of ten million needs no more memory
/// than one of a hundred thousand.
package struct LSSTNight: NightPackets {
    /// Alerts of a night at most.
    package static let mostAlerts = 10_000_000
    /// The nights that can be simulated: from the survey's first one on, YYYYMMDD.
    package static let nights = VisitSchedule.firstDate...20_351_231
    /// The survey whose nights these are.
    package static let survey = Survey.lsst
    /// The truth table's columns.
    package static let truthHeader = LSSTAlert.truthHeader

    /// How many alerts the night has.
    package let alerts: Int
    /// What all random numbers follow from.
    package let seed: UInt64
    /// The date of the noon before, YYYYMMDD.
    package let night: Int
    /// How packets are framed.
    package let frame: PacketPlan.Frame
    private let date: Int
    private let plan: PacketPlan
    private let model: SupernovaModel
    private let schedule: VisitSchedule
    private let mix: LSSTMix
    private let cache = VisitCache()

    /// - Parameters:
    ///   - alerts: How many, 0 to ten million; another number is another sky.
    ///   - seed: The same seed gives the same bytes.
    ///   - night: The date of the noon before, YYYYMMDD.
    ///   - plan: The schema that packets are written in.
    ///   - frame: How they are framed.
    ///   - model: What supernovae are drawn from.
    /// - Throws: ``SimulatorError`` for a number or a date that cannot be.
    package init(
        alerts: Int, seed: UInt64, night: Int, plan: PacketPlan, frame: PacketPlan.Frame, model: SupernovaModel
    ) throws(SimulatorError) {
        guard (0...Self.mostAlerts).contains(alerts) else {
            throw SimulatorError(.invalidArgument, detail: "\(alerts) alerts; 0 to \(Self.mostAlerts) can be simulated")
        }
        guard Self.nights.contains(night), let date = CalendarDate(yyyymmdd: night) else {
            let (first, last) = (Self.nights.lowerBound, Self.nights.upperBound)
            throw SimulatorError(.invalidArgument, detail: "\(night) is no night from \(first) to \(last)")
        }
        (self.alerts, self.seed, self.night, self.frame) = (alerts, seed, night, frame)
        (self.plan, self.model) = (plan, model)
        self.date = Int(date.mjd)
        schedule = VisitSchedule(seed: seed, alerts: alerts)
        mix = LSSTMix(alerts: alerts / schedule.visits)
    }

    /// The packets of alerts next to each other.
    package func packets(_ range: Range<Int>) throws(SimulatorError) -> [SimulatedPacket] {
        var encoder = LSSTEncoder(plan: plan, frame: frame, schedule: schedule, model: model)
        var packets: [SimulatedPacket] = []
        packets.reserveCapacity(range.count)
        for index in range {
            let alert = alert(index)
            packets.append(
                SimulatedPacket(
                    id: alert.sourceID, bytes: try encoder.encode(alert), jd: alert.visit.time + 2_400_000.5,
                    truthRow: alert.truthRow))
        }
        return packets
    }

    /// The alert with a number, in the order in which they are sent: visit by visit, detector by detector.
    func alert(_ index: Int) -> LSSTAlert {
        precondition((0..<alerts).contains(index))
        let sequence = schedule.visit(ofAlert: index)
        let visit = cache.visit(sequence) {
            VisitAlerts(night: date, sequence: sequence, schedule: schedule, mix: mix, model: model)
        }
        return LSSTAlert(index - schedule.firstAlert(ofVisit: sequence), of: visit, model: model)
    }
}

extension LSSTNight {
    static let simulated = SimulatedSurvey(
        survey: survey, usualNight: 20_260_915, nights: nights, needsInputs: true, streamFrame: .confluent,
        timeHeader: "producer_timestamp", compression: "snappy")
}
