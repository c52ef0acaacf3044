package import Alerts
internal import Foundation

extension Candidate {
    /// Detections that are further apart are of different nights, days.
    private static let nightGap = 0.4

    /// How fast it brightened from the night before the last to the last one, in the alert's band: mag/day, negative where it
    /// faded; `nil` where there are no two nights.
    ///
    /// A night's brightness is the mean of its positive detections' magnitudes.
    package var rise: Double? {
        guard let bandpass else { return nil }
        var nights: [(time: Double, mag: Double, last: Double)] = []
        var (sums, count) = ((time: 0.0, mag: 0.0), 0.0)
        for detection in curve.detections.reversed() {
            guard detection.bandpass?.name == bandpass, detection.epoch.mjd <= epoch.mjd + 1e-5,
                detection.isPositive == true, let mag = PointValues(detection).mag
            else { continue }
            let time = detection.epoch.mjd
            if let night = nights.last, night.last - time <= Self.nightGap {
                (sums.time, sums.mag, count) = (sums.time + time, sums.mag + mag, count + 1)
                nights[nights.count - 1] = (sums.time / count, sums.mag / count, time)
            } else {
                if nights.count == 2 { break }
                (sums, count) = ((time, mag), 1)
                nights.append((time, mag, time))
            }
        }
        guard nights.count == 2 else { return nil }
        return (nights[1].mag - nights[0].mag) / (nights[0].time - nights[1].time)
    }
}

/// A point as magnitude and flux, whichever of both the survey measures; AB mag, nJy.
package struct PointValues: Sendable {
    /// Of the absolute flux; `nil` for one that is no detection.
    package private(set) var mag, magError: Double?
    /// With its sign.
    package private(set) var flux, fluxError: Double?

    /// 2.5 / ln 10.
    private static let magnitudes = 1.0857362047581296
    /// Fluxes below so many of their errors have no magnitude.
    private static let least = 3.0

    /// The values of a detection.
    package init(_ detection: Detection) {
        switch detection.brightness {
        case .magnitude(let magnitude):
            (mag, magError) = (magnitude.value, magnitude.error)
            let size = pow(10, 0.4 * (FluxDensity.zeroPoint - magnitude.value))
            flux = detection.isPositive == false ? -size : size
            fluxError = magnitude.error.map { size * $0 / Self.magnitudes }
        case .flux(let density):
            (flux, fluxError) = (density.nanojansky, density.error)
            setMagnitude(ofAll: true)
        case nil: break
        }
    }

    /// The values of a forced measurement.
    package init(_ forced: ForcedMeasurement) {
        (flux, fluxError) = (forced.nanojansky?.flux, forced.nanojansky?.error)
        setMagnitude(ofAll: false)
    }

    /// The 5-sigma limit of an exposure: its magnitude, and one sigma of the flux.
    package init(_ limit: UpperLimit) {
        switch limit.limit {
        case .magnitude(let magnitude):
            mag = magnitude.value
            fluxError = pow(10, 0.4 * (FluxDensity.zeroPoint - magnitude.value)) / 5
        case .flux(let noise):
            fluxError = noise.nanojansky
            mag = noise.nanojansky > 0 ? FluxDensity.zeroPoint - 2.5 * log10(5 * noise.nanojansky) : nil
        case nil: break
        }
    }

    private mutating func setMagnitude(ofAll: Bool) {
        guard let flux, flux != 0 else { return }
        let isSeen = fluxError.map { flux > Self.least * $0 } ?? false
        guard ofAll || isSeen else { return }
        mag = FluxDensity.zeroPoint - 2.5 * log10(abs(flux))
        magError = fluxError.map { Self.magnitudes * $0 / abs(flux) }
    }
}
