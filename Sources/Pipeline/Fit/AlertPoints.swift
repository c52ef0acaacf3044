internal import Alerts
internal import Foundation
internal import Salt2

/// An alert's light curve as fluxes, at the AB zero point of ``AlertPhotometry``.
///
/// An epoch has one point: the forced measurement, whether the source was detected or not, since its error is right (that of
/// ZTF's detections is twice too large) and it is not selected by brightness; else the detection. A marked point is used where
/// the epoch has no other; it is drawn and not fitted. What the survey withdrew of the history is no point.
struct AlertPoints: Sendable {
    struct Limit: Sendable {
        /// Time of the exposure, MJD in the survey's own scale.
        let mjd: Double
        let bandpass: Bandpass
        /// The smallest flux that would have been detected, at the zero point of ``AlertPhotometry``.
        let flux: Double
    }

    /// The points in the order of their times.
    private(set) var points: [PhotometricPoint] = []
    /// For each point, whether it is a forced measurement.
    private(set) var isForced: [Bool] = []
    /// For each point, its marks.
    private(set) var marks: [PointMarks] = []
    /// The index in ``points`` of the alert's own detection; `nil` where it has no flux.
    private(set) var alertIndex: Int?
    /// The unmarked detections, one for each epoch, which decide whether an alert is fitted.
    private(set) var detections: [PhotometricPoint] = []
    /// Exposures without a detection and without a forced measurement.
    private(set) var limits: [Limit] = []
    /// Whether the history has more than ``Salt2/Salt2Fitter/mostPoints`` of a kind, so that only the first are used.
    let isCut: Bool

    init(_ alert: Alert) {
        let (most, history) = (Salt2Fitter.mostPoints, alert.lightCurve.withdrawn(false))
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

    /// For each point whether the fit used it, from the same flags for ``fitted``; empty where there is no fit.
    func isUsed(_ used: [Bool]) -> [Bool] {
        guard !used.isEmpty else { return [] }
        var rest = used[...]
        return marks.map { $0.isEmpty ? rest.popFirst() ?? false : false }
    }

    /// Whether an MJD can be the time of an exposure.
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
        // ZTF's counts cannot be used without their zero point.
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

    /// The point, or `nil` for one with an impossible value, which must not spoil the fit of the others.
    private static func sound(_ point: PhotometricPoint) -> PhotometricPoint? {
        isTime(point.mjd) && point.flux.isFinite && point.fluxError.isFinite && point.fluxError > 0 ? point : nil
    }

    /// The flux of a limit: five standard deviations of the noise.
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

/// The epochs that have a point.
private struct Epochs {
    /// Times that differ by less are of one exposure, days: half a second, since lists round times differently.
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

    /// Adds a point's epoch.
    ///
    /// - Returns: Whether the epoch is new.
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
