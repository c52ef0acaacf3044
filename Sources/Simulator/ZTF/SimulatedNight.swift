package import Alerts
internal import Foundation

/// One alert of a simulated night, with what is true of it.
package struct SimulatedAlert: Sendable {
    let object: SimulatedObject
    let observation: Observation
    /// Earlier exposures of the place, oldest first, tonight's among them.
    let past: [Observation]
    /// YYYYMMDD.
    let night: Int
    /// Of the exposure, AB mag.
    let zeroPoint: Double

    /// The alert's id.
    package var candid: Int64 { observation.source?.candid ?? 0 }
    /// The object's name.
    package var objectId: String { object.objectId }
    /// What the object is.
    package var kind: SkyClass { object.kind }

    /// The truth table's columns.
    static let truthHeader = "objectId,candid,class,ra,dec,jd,fid,magpsf,isPositive,detections,z,t0,x0,x1,c"

    var truthRow: String {
        let source = observation.source
        let detections = past.filter { $0.source != nil }.count + 1
        var cells: [String] = [
            objectId, String(candid), kind.rawValue, object.ra.description, object.dec.description,
            observation.jd.description, String(observation.fid), (source?.magpsf ?? 0).description,
            source?.isPositive == true ? "1" : "0", String(detections),
        ]
        let truth = object.supernova.map { [$0.z, $0.t0, $0.x0, $0.x1, $0.c].map(\.description) }
        cells += truth ?? Array(repeating: "", count: 5)
        return cells.joined(separator: ",")
    }
}

/// A survey night: each alert follows from the seed, its number and how many there are, so that any of them can be had
/// without the others and a night of ten million needs no more memory than one of ten.
package struct SimulatedNight: Sendable {
    /// Alerts of a night at most.
    package static let mostAlerts = 10_000_000
    /// ZTF's numbers outgrow 64 bits after 2042.
    package static let nights = 20_180_101...20_421_231

    /// How many alerts the night has.
    package let alerts: Int
    /// What all random numbers follow from.
    package let seed: UInt64
    /// YYYYMMDD, UTC.
    package let night: Int
    /// 0 h UTC of the night, JD.
    private let midnight: Double

    /// - Parameters:
    ///   - alerts: How many, 0 to ten million.
    ///   - seed: The same seed gives the same bytes.
    ///   - night: The UTC date as YYYYMMDD.
    /// - Throws: ``SimulatorError`` for a number or date that cannot be.
    package init(alerts: Int, seed: UInt64, night: Int) throws(SimulatorError) {
        guard (0...Self.mostAlerts).contains(alerts) else {
            throw SimulatorError(.invalidArgument, detail: "\(alerts) alerts; 0 to \(Self.mostAlerts) can be simulated")
        }
        guard let day = Self.julianDay(night), Self.nights.contains(night) else {
            throw SimulatorError(.invalidArgument, detail: "\(night) is no night from 20180101 to 20421231")
        }
        self.alerts = alerts
        self.seed = seed
        self.night = night
        midnight = day
    }

    /// A night as people write it, `20240915` or `2024-09-15`; `nil` for what is no date that can be simulated.
    package static func night(_ text: some StringProtocol) -> Int? {
        guard let match = String(text).wholeMatch(of: /([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})/),
            let night = Int(match.1 + match.3 + match.4), nights.contains(night), julianDay(night) != nil
        else { return nil }
        return night
    }

    /// The nights that a file's name holds, such as the one of `ztf_public_20240915.tar.gz`; digits around make it none.
    package static func nights(in name: String) -> Set<Int> {
        let dates = name.matches(of: /(?:^|[^0-9])([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})(?![0-9])/).map(\.1)
        return Set(dates.compactMap { night($0) })
    }

    /// The Julian date of 0 h of a date, or `nil` for one that is in no calendar.
    ///
    /// Source: Fliegel & Van Flandern 1968, Comm. ACM 11, 657.
    private static func julianDay(_ date: Int) -> Double? {
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        let lengths = [
            31, year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
        ]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        let shifted = (month - 14) / 12
        let number =
            day - 32_075 + 1461 * (year + 4800 + shifted) / 4 + 367 * (month - 2 - shifted * 12) / 12
            - 3 * ((year + 4900 + shifted) / 100) / 4
        return Double(number) - 0.5
    }

    /// How far apart, in alerts, the two alerts of an object are that raises two: about an hour and a half.
    private var pairDistance: Int { max(1, alerts / 7) }

    /// When alert `index` was taken, JD: evenly over Palomar's night, 02:30 to 13:00 UTC.
    private func time(_ index: Int) -> Double {
        midnight + 0.104 + 0.437 * (Double(index) + 0.5) / Double(max(1, alerts))
    }

    /// The alert with a number, in the order of arrival.
    package func alert(_ index: Int) -> SimulatedAlert {
        precondition((0..<alerts).contains(index))
        let distance = pairDistance
        let earlier = index - distance
        let isSecondSlot = index % (2 * distance) >= distance
        if isSecondSlot, earlier >= 0 {
            let object = SimulatedObject(number: earlier, seed: seed, night: midnight + 0.3 - 2_400_000.5)
            if object.alertsTwice {
                let first = object.tonight(jd: time(earlier), look: 1000)
                return alert(of: object, object.tonight(jd: time(index), look: 1001), earlierTonight: [first])
            }
        }
        let object = SimulatedObject(number: index, seed: seed, night: midnight + 0.3 - 2_400_000.5)
        return alert(of: object, object.tonight(jd: time(index), look: 1000), earlierTonight: [])
    }

    private func alert(
        of object: SimulatedObject, _ observation: Observation, earlierTonight: [Observation]
    ) -> SimulatedAlert {
        SimulatedAlert(
            object: object, observation: observation, past: object.past(before: midnight) + earlierTonight,
            night: night, zeroPoint: 26.2)
    }

    /// The packet of alert `index`, as ZTF would send it.
    package func packet(_ index: Int) throws(SimulatorError) -> [UInt8] {
        var encoder = PacketEncoder(seed: seed)
        return try encoder.encode(alert(index))
    }
}

extension SimulatedNight: NightPackets {
    /// The truth table's columns.
    package static let truthHeader = SimulatedAlert.truthHeader

    /// The packets of alerts next to each other.
    package func packets(_ range: Range<Int>) throws(SimulatorError) -> [SimulatedPacket] {
        var encoder = PacketEncoder(seed: seed)
        var packets: [SimulatedPacket] = []
        packets.reserveCapacity(range.count)
        for index in range {
            let alert = alert(index)
            packets.append(
                SimulatedPacket(
                    id: alert.candid, bytes: try encoder.encode(alert), jd: alert.observation.jd,
                    truthRow: alert.truthRow))
        }
        return packets
    }
}

extension SimulatedNight {
    /// The survey whose nights are simulated.
    package static let survey = Survey.ztf

    /// A night's topic as the survey names it.
    package static func topic(_ night: String) -> String { "ztf_\(night)_programid1" }
}

extension SimulatedNight {
    static let simulated = SimulatedSurvey(
        survey: survey, usualNight: 20_240_915, nights: nights, needsInputs: false, streamFrame: .container,
        timeHeader: nil,
        compression: "none")
}
