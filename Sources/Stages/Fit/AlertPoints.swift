internal import Alerts
internal import Foundation
internal import Salt2

/// An alert's light curve as fluxes to fit, at the AB zero point of ``Salt2/AlertPhotometry``.
///
/// An epoch counts once: where the survey found a source its detection stands, else the flux it measured at the place.
struct AlertPoints: Sendable {
    struct Limit: Sendable {
        /// In the survey's own scale.
        let mjd: Double
        let bandpass: Bandpass
        /// The least flux that would have been a detection.
        let flux: Double
    }

    private(set) var points: [PhotometricPoint] = []
    /// For each point, whether it is a forced measurement.
    private(set) var isForced: [Bool] = []
    /// Where in ``points`` the alert's own detection is; `nil` where it has no flux.
    private(set) var alertIndex: Int?
    /// Exposures that found nothing and whose flux was not measured either.
    private(set) var limits: [Limit] = []
    /// Whether the history has more than ``Salt2/Salt2Fitter/mostPoints`` of a kind, so that only the first are here.
    let isCut: Bool
    private var times: [Slot: Double] = [:]

    init(_ alert: Alert) {
        let (most, history) = (Salt2Fitter.mostPoints, alert.lightCurve)
        isCut = max(history.detections.count, history.forced.count, history.upperLimits.count) > most
        for detection in [alert.detection] + history.detections.prefix(most) {
            guard let point = Self.point(detection), !contains(mjd: point.mjd, bandpass: point.bandpass) else {
                continue
            }
            if alertIndex == nil && points.isEmpty && detection == alert.detection { alertIndex = 0 }
            append(point, isForced: false)
        }
        for forced in history.forced.prefix(most) {
            guard let point = Self.point(forced), !contains(mjd: point.mjd, bandpass: point.bandpass) else { continue }
            append(point, isForced: true)
        }
        for limit in history.upperLimits.prefix(most) {
            guard let bandpass = limit.bandpass, let flux = Self.flux(limit), Self.isTime(limit.epoch.mjd),
                !contains(mjd: limit.epoch.mjd, bandpass: bandpass.rawValue)
            else { continue }
            limits.append(Limit(mjd: limit.epoch.mjd, bandpass: bandpass, flux: flux))
        }
    }

    /// The points found by the survey itself: what decides whether an alert is fitted.
    var detections: [PhotometricPoint] { zip(points, isForced).filter { !$0.1 }.map(\.0) }

    // MARK: - Epochs

    private mutating func append(_ point: PhotometricPoint, isForced: Bool) {
        points.append(point)
        self.isForced.append(isForced)
        times[Slot(point.mjd, point.bandpass)] = point.mjd
    }

    /// Half a second: the same exposure, whose time lists round differently.
    private static let sameEpoch = 0.5 / 86_400

    /// A band's time in steps of ``sameEpoch``: two points of one band are never in the same.
    private struct Slot: Hashable {
        var step: Int
        let bandpass: String

        init(_ mjd: Double, _ bandpass: String) {
            step = Int((mjd / AlertPoints.sameEpoch).rounded(.down))
            self.bandpass = bandpass
        }
    }

    private func contains(mjd: Double, bandpass: String) -> Bool {
        var slot = Slot(mjd, bandpass)
        for step in slot.step - 1...slot.step + 1 {
            slot.step = step
            if let time = times[slot], abs(time - mjd) < Self.sameEpoch { return true }
        }
        return false
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
                    jd: detection.epoch.jd, bandpass: bandpass.rawValue, magpsf: magnitude.value, sigmapsf: error,
                    isPositive: isPositive))
        case .flux(let flux):
            guard let error = flux.error else { return nil }
            return point(
                detection.epoch, bandpass, flux: flux.nanojansky, error: error, zeroPoint: nanojanskyZeroPoint)
        case nil: return nil
        }
    }

    private static func point(_ forced: ForcedMeasurement) -> PhotometricPoint? {
        // ZTF's counts without their zero point say nothing; LSST's are nanojansky.
        let zeroPoint = forced.zeroPoint ?? (forced.epoch.scale == .taiMiddle ? nanojanskyZeroPoint : nil)
        guard let bandpass = forced.bandpass, let flux = forced.flux, let error = forced.fluxError, let zeroPoint
        else { return nil }
        return point(forced.epoch, bandpass, flux: flux, error: error, zeroPoint: zeroPoint)
    }

    private static func point(
        _ epoch: Epoch, _ bandpass: Bandpass, flux: Double, error: Double, zeroPoint: Double
    ) -> PhotometricPoint? {
        let scale = pow(10, 0.4 * (AlertPhotometry.zeroPoint - zeroPoint))
        return sound(
            PhotometricPoint(
                mjd: epoch.mjd, bandpass: bandpass.rawValue, flux: flux * scale, fluxError: error * scale,
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
            flux = 5 * noise.nanojansky * pow(10, 0.4 * (AlertPhotometry.zeroPoint - nanojanskyZeroPoint))
        case nil: return nil
        }
        return flux.isFinite && flux > 0 ? flux : nil
    }

    /// AB zero point of a flux in nanojansky.
    private static let nanojanskyZeroPoint = 31.4
}
