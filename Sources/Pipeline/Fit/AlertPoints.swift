internal import Alerts
internal import Foundation
internal import Salt2

/// An alert's light curve as fluxes, at the AB zero point of ``AlertPhotometry``.
///
/// An epoch counts once. The flux that the survey measured at the place stands, found or not, since its error is right (that
/// of ZTF's detections is twice too large) and nothing selects it; the detection where there is none. A point that something
/// speaks against is drawn and not fitted, and stands where no other does.
struct AlertPoints: Sendable {
    struct Limit: Sendable {
        /// In the survey's own scale.
        let mjd: Double
        let bandpass: Bandpass
        /// The least flux that would have been a detection.
        let flux: Double
    }

    /// In the order of their times.
    private(set) var points: [PhotometricPoint] = []
    /// For each point, whether it is a forced measurement.
    private(set) var isForced: [Bool] = []
    /// For each point, what speaks against it.
    private(set) var marks: [PointMarks] = []
    /// Where in ``points`` the epoch of the alert's own detection is; `nil` where it has no flux.
    private(set) var alertIndex: Int?
    /// What the survey found itself, once an epoch, but for what speaks against: it decides whether an alert is fitted.
    private(set) var detections: [PhotometricPoint] = []
    /// Exposures that found nothing and whose flux was not measured either.
    private(set) var limits: [Limit] = []
    /// Whether the history has more than ``Salt2/Salt2Fitter/mostPoints`` of a kind, so that only the first are here.
    let isCut: Bool

    init(_ alert: Alert) {
        let (most, history) = (Salt2Fitter.mostPoints, alert.lightCurve)
        isCut = max(history.detections.count, history.forced.count, history.upperLimits.count) > most
        let found = ([alert.detection] + history.detections.prefix(most)).compactMap { detection in
            Self.point(detection).map { Candidate(point: $0, marks: detection.marks, isForced: false) }
        }
        let forced = history.forced.prefix(most).compactMap { forced in
            Self.point(forced).map { Candidate(point: $0, marks: forced.marks, isForced: true) }
        }
        var own = Epochs()
        detections = found.filter { $0.marks.isEmpty && own.insert($0.point) }.map(\.point)
        var epochs = Epochs()
        let candidates = forced + found
        let chosen = [candidates.filter(\.marks.isEmpty), candidates.filter { !$0.marks.isEmpty }].joined()
            .filter { epochs.insert($0.point) }.sorted { $0.point.mjd < $1.point.mjd }
        points = chosen.map(\.point)
        isForced = chosen.map(\.isForced)
        marks = chosen.map(\.marks)
        if let detection = Self.point(alert.detection) {
            alertIndex = points.firstIndex {
                $0.bandpass == detection.bandpass && abs($0.mjd - detection.mjd) < Epochs.sameEpoch
            }
        }
        for limit in history.upperLimits.prefix(most) {
            guard let bandpass = limit.bandpass, let flux = Self.flux(limit), Self.isTime(limit.epoch.mjd),
                !epochs.contains(mjd: limit.epoch.mjd, bandpass: bandpass.name)
            else { continue }
            limits.append(Limit(mjd: limit.epoch.mjd, bandpass: bandpass, flux: flux))
        }
    }

    private struct Candidate {
        let point: PhotometricPoint
        let marks: PointMarks
        let isForced: Bool
    }

    /// The points to fit.
    var fitted: [PhotometricPoint] { zip(points, marks).filter(\.1.isEmpty).map(\.0) }

    /// For each point whether it was used, by the same for each of ``fitted``; empty where nothing was.
    func isUsed(_ used: [Bool]) -> [Bool] {
        guard !used.isEmpty else { return [] }
        var rest = used[...]
        return marks.map { $0.isEmpty ? rest.popFirst() ?? false : false }
    }

    /// Whether it is the time of an exposure at all.
    private static func isTime(_ mjd: Double) -> Bool { abs(mjd) < 1e8 }

    // MARK: - Fluxes

    private static func point(_ detection: Detection) -> PhotometricPoint? {
        guard let bandpass = detection.bandpass else { return nil }
        switch detection.brightness {
        case .magnitude(let magnitude):
            guard let error = magnitude.error, let isPositive = detection.isPositive else { return nil }
            return sound(
                AlertPhotometry.point(
                    jd: detection.epoch.jd, bandpass: bandpass.name, magpsf: magnitude.value, sigmapsf: error,
                    isPositive: isPositive))
        case .flux(let flux):
            guard let error = flux.error else { return nil }
            return point(
                detection.epoch, bandpass, flux: flux.nanojansky, error: error, zeroPoint: FluxDensity.zeroPoint)
        case nil: return nil
        }
    }

    private static func point(_ forced: ForcedMeasurement) -> PhotometricPoint? {
        // ZTF's counts without their zero point say nothing.
        guard let bandpass = forced.bandpass, let flux = forced.flux, let error = forced.fluxError,
            let zeroPoint = forced.zeroPoint
        else { return nil }
        return point(forced.epoch, bandpass, flux: flux, error: error, zeroPoint: zeroPoint)
    }

    private static func point(
        _ epoch: Epoch, _ bandpass: Bandpass, flux: Double, error: Double, zeroPoint: Double
    ) -> PhotometricPoint? {
        let scale = pow(10, 0.4 * (AlertPhotometry.zeroPoint - zeroPoint))
        return sound(
            PhotometricPoint(
                mjd: epoch.mjd, bandpass: bandpass.name, flux: flux * scale, fluxError: error * scale,
                zeroPoint: AlertPhotometry.zeroPoint))
    }

    /// A survey's odd value is no point: it must not spoil the fit of the others.
    private static func sound(_ point: PhotometricPoint) -> PhotometricPoint? {
        isTime(point.mjd) && point.flux.isFinite && point.fluxError.isFinite && point.fluxError > 0 ? point : nil
    }

    /// Five standard deviations of the noise.
    private static func flux(_ limit: UpperLimit) -> Double? {
        let flux: Double
        switch limit.limit {
        case .magnitude(let magnitude): flux = pow(10, 0.4 * (AlertPhotometry.zeroPoint - magnitude.value))
        case .flux(let noise):
            flux = 5 * noise.nanojansky * pow(10, 0.4 * (AlertPhotometry.zeroPoint - FluxDensity.zeroPoint))
        case nil: return nil
        }
        return flux.isFinite && flux > 0 ? flux : nil
    }
}

/// The exposures that have a point.
private struct Epochs {
    /// Half a second: the same exposure, whose time lists round differently.
    static let sameEpoch = 0.5 / 86_400

    private var times: [Slot: Double] = [:]

    /// A band's time in steps of ``sameEpoch``: two points of one band are never in the same.
    private struct Slot: Hashable {
        var step: Int
        let bandpass: String

        init(_ mjd: Double, _ bandpass: String) {
            step = Int((mjd / Epochs.sameEpoch).rounded(.down))
            self.bandpass = bandpass
        }
    }

    /// - Returns: Whether the point's exposure had none.
    mutating func insert(_ point: PhotometricPoint) -> Bool {
        guard !contains(mjd: point.mjd, bandpass: point.bandpass) else { return false }
        times[Slot(point.mjd, point.bandpass)] = point.mjd
        return true
    }

    func contains(mjd: Double, bandpass: String) -> Bool {
        var slot = Slot(mjd, bandpass)
        for step in slot.step - 1...slot.step + 1 {
            slot.step = step
            if let time = times[slot], abs(time - mjd) < Self.sameEpoch { return true }
        }
        return false
    }
}
