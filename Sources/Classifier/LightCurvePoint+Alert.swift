package import Alerts
internal import Foundation

extension LightCurvePoint {
    /// Points of an alert's history that are read at most of each kind.
    private static let most = 5_000
    /// Times that differ by less are of one exposure, days: half a second, since lists round times differently.
    private static let sameExposure = 0.5 / 86_400

    /// The factor of a flux from one zero point to another, AB mag.
    static func scale(from own: Double, to other: Double) -> Double {
        own == other ? 1 : pow(10, 0.4 * (other - own))
    }

    /// The light curve of an alert: its own detection and its history, one point an exposure and band, in the order of time.
    ///
    /// A point is the forced measurement where the exposure has one, since it is not selected by brightness; else the detection.
    /// What is marked or withdrawn is left out, and so are upper limits and what has no flux, no error or no known band.
    package static func points(of alert: Alert) -> [LightCurvePoint] {
        let history = alert.lightCurve
        let forced = history.forced.prefix(most).compactMap { $0.marks.isEmpty ? point($0) : nil }
        let found = ([alert.detection] + history.detections.prefix(most)).compactMap {
            $0.marks.isEmpty ? point($0) : nil
        }
        // Within a band by time, forced measurements first, each exposure is a run of neighbours.
        let ranked =
            (forced.map { (point: $0, rank: 0) } + found.map { (point: $0, rank: 1) }).sorted { one, other in
                (one.point.bandpass, one.point.mjd, one.rank) < (other.point.bandpass, other.point.mjd, other.rank)
            }
        var kept: [(point: LightCurvePoint, rank: Int)] = []
        for next in ranked {
            guard let last = kept.last, last.point.bandpass == next.point.bandpass,
                next.point.mjd - last.point.mjd < sameExposure
            else {
                kept.append(next)
                continue
            }
            if next.rank < last.rank { kept[kept.count - 1] = next }
        }
        return kept.map(\.point).sorted { $0.mjd < $1.mjd }
    }

    private static func point(_ detection: Detection) -> LightCurvePoint? {
        guard let bandpass = detection.bandpass, let brightness = detection.brightness else { return nil }
        switch brightness {
        case .flux(let flux):
            guard let error = flux.error else { return nil }
            return sound(
                LightCurvePoint(
                    mjd: detection.epoch.mjd, bandpass: bandpass.name, flux: flux.nanojansky, error: error,
                    zeroPoint: FluxDensity.zeroPoint))
        case .magnitude(let magnitude):
            guard let error = magnitude.error, let isPositive = detection.isPositive else { return nil }
            let flux = pow(10, 0.4 * (zeroPoint - magnitude.value))
            return sound(
                LightCurvePoint(
                    mjd: detection.epoch.mjd, bandpass: bandpass.name, flux: isPositive ? flux : -flux,
                    error: flux * error * log(10) / 2.5))
        }
    }

    private static func point(_ forced: ForcedMeasurement) -> LightCurvePoint? {
        guard let bandpass = forced.bandpass, let flux = forced.flux, let error = forced.fluxError,
            let zeroPoint = forced.zeroPoint
        else { return nil }
        return sound(
            LightCurvePoint(
                mjd: forced.epoch.mjd, bandpass: bandpass.name, flux: flux, error: error, zeroPoint: zeroPoint))
    }

    /// The point, or `nil` for one with an impossible value.
    private static func sound(_ point: LightCurvePoint) -> LightCurvePoint? { point.isSound ? point : nil }

    /// Whether its values can be a measurement's.
    var isSound: Bool { abs(mjd) < 1e8 && flux.isFinite && error.isFinite && error > 0 }
}
