internal import Foundation
package import Salt2

/// Conversion of alerts' photometry to points of a fit, and the bounds of the fit.
package enum AlertPhotometry {
    /// AB zero point of these fluxes, mag.
    package static let zeroPoint = 25.0
    /// Positive detections that an object needs before it is fitted, one of them with an S/N of ``significance``.
    package static let leastDetections = 5
    /// S/N of a significant detection.
    package static let significance = 5.0

    /// The difference flux of a ZTF detection: negative where the object was brighter in the reference (`isdiffpos` f).
    ///
    /// - Parameters:
    ///   - jd: Start of the exposure, JD in UTC.
    ///   - bandpass: The bandpass's name.
    ///   - magpsf: AB magnitude of the difference.
    ///   - sigmapsf: Its error, mag.
    ///   - isPositive: `isdiffpos`.
    /// - Returns: The flux at ``zeroPoint``, with the error `flux sigmapsf ln(10) / 2.5`; its time is MJD in UTC.
    package static func point(
        jd: Double, bandpass: String, magpsf: Double, sigmapsf: Double, isPositive: Bool
    ) -> PhotometricPoint {
        let flux = pow(10, 0.4 * (zeroPoint - magpsf))
        return PhotometricPoint(
            mjd: jd - 2_400_000.5, bandpass: bandpass, flux: isPositive ? flux : -flux,
            fluxError: flux * sigmapsf * log(10) / 2.5, zeroPoint: zeroPoint)
    }

    /// Why an alert is not fitted.
    package enum Ineligible: String, Sendable, CustomStringConvertible {
        case tooFewDetections, noSignificantDetection, tooLate

        package var description: String {
            switch self {
            case .tooFewDetections: "fewer than \(leastDetections) positive detections"
            case .noSignificantDetection: "no positive detection with S/N of \(Int(significance))"
            case .tooLate: "later than a supernova that began with its first significant detection"
            }
        }
    }

    /// Checks whether an alert is fitted.
    ///
    /// - Parameters:
    ///   - points: The detections of the object, the alert's own among them.
    ///   - mjd: Time of the alert. Where no model within the bounds of t0 reaches it, the light is no supernova's, or of one whose
    ///     earlier alerts had all that a fit can use.
    ///   - redshift: The highest that the fit may take.
    /// - Returns: Why it is not; `nil` where it is.
    package static func ineligibility(of points: [PhotometricPoint], at mjd: Double, redshift: Double) -> Ineligible? {
        guard points.count(where: { $0.flux > 0 && $0.fluxError > 0 }) >= leastDetections else {
            return .tooFewDetections
        }
        guard let first = firstSignificant(points) else { return .noSignificantDetection }
        return mjd > first + t0Reach + lastPhase * (1 + redshift) ? .tooLate : nil
    }

    /// The time of the first point with an S/N of ``significance`` or more, MJD; `nil` where there is none.
    private static func firstSignificant(_ points: [PhotometricPoint]) -> Double? {
        points.filter { $0.fluxError > 0 && $0.flux / $0.fluxError >= significance }.map(\.mjd).min()
    }

    /// Where the SALT models end, rest-frame days from the maximum.
    private static let lastPhase = 50.0

    /// Half the width of the search for t0 around the first significant point, observer-frame days.
    ///
    /// Surveys find SNe Ia up to 25 days before their maximum, and an alert's history may begin 35 days after it: narrower bounds
    /// lose fits, and without bounds there are no more (docs/salt2.md).
    package static let t0Reach = 40.0

    /// Options of an alert's fit: z in 0.01...0.2 unless known, x1 in -5...5, c in -1...1, t0 within ``t0Reach`` of the first
    /// point with an S/N of ``significance``.
    package static func options(
        points: [PhotometricPoint], redshift: Double? = nil, dust: MilkyWayDust = .none
    ) -> FitOptions {
        FitOptions(
            redshift: redshift.map { .fixed($0) } ?? .free(0.01...0.2),
            t0Bounds: firstSignificant(points).map { $0 - t0Reach...$0 + t0Reach },
            dust: dust)
    }
}
