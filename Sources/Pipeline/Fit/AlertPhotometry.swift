internal import Foundation
package import Salt2

/// Light curves of ZTF alerts as points to fit.
package enum AlertPhotometry {
    /// AB zero point of the fluxes made here.
    package static let zeroPoint = 25.0
    /// Positive detections an object needs before it is fitted, one of them with S/N of ``significance``.
    package static let leastDetections = 5
    package static let significance = 5.0

    /// A detection's difference flux: negative where the object was brighter in the reference (`isdiffpos` f).
    ///
    /// The error is `flux sigmapsf ln(10) / 2.5`.
    package static func point(
        jd: Double, bandpass: String, magpsf: Double, sigmapsf: Double, isPositive: Bool
    ) -> PhotometricPoint {
        let flux = pow(10, 0.4 * (zeroPoint - magpsf))
        return PhotometricPoint(
            mjd: jd - 2_400_000.5, bandpass: bandpass, flux: isPositive ? flux : -flux,
            fluxError: flux * sigmapsf * log(10) / 2.5, zeroPoint: zeroPoint)
    }

    /// Why an object is not fitted yet; nil where it may be.
    package enum Ineligible: String, Sendable, CustomStringConvertible {
        case tooFewDetections, noSignificantDetection

        package var description: String {
            switch self {
            case .tooFewDetections: "fewer than \(leastDetections) positive detections"
            case .noSignificantDetection: "no positive detection with S/N of \(Int(significance))"
            }
        }
    }

    package static func ineligibility(of points: [PhotometricPoint]) -> Ineligible? {
        let positive = points.filter { $0.flux > 0 && $0.fluxError > 0 }
        guard positive.count >= leastDetections else { return .tooFewDetections }
        return positive.contains { $0.flux / $0.fluxError >= significance } ? nil : .noSignificantDetection
    }

    /// Days on either side of the first significant point within which t0 is looked for.
    ///
    /// Surveys find SNe Ia up to 25 days before their maximum, and what an alert has of its history may begin 35 days
    /// after it: narrower bounds cost fits, and no bounds find no more (docs/salt2.md).
    package static let t0Reach = 40.0

    /// Bounds of an alert's fit: z in 0.01...0.2 unless known, x1 in -5...5, c in -1...1, t0 within ``t0Reach`` of the
    /// first point with S/N above ``significance``.
    package static func options(
        points: [PhotometricPoint], redshift: Double? = nil, dust: MilkyWayDust = .none
    ) -> FitOptions {
        let first = points.filter { $0.fluxError > 0 && $0.flux / $0.fluxError > significance }.map(\.mjd).min()
        return FitOptions(
            redshift: redshift.map { .fixed($0) } ?? .free(0.01...0.2),
            t0Bounds: first.map { $0 - t0Reach...$0 + t0Reach },
            dust: dust)
    }
}
