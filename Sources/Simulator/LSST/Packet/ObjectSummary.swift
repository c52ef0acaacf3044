internal import Foundation

/// What `diaObject` says of an object: numbers over the points that its packet has.
struct ObjectSummary {
    /// Sums over the points of one band.
    private struct Sums {
        var (weight, weighted, plain, square, errors) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var (least, most) = (Double.infinity, -Double.infinity)
        var count = 0
        var slope: Double?
        var last: (time: Double, flux: Double)?

        mutating func add(_ flux: Double, _ error: Double, at time: Double) {
            let part = 1 / (error * error)
            weight += part
            weighted += part * flux
            plain += flux
            square += flux * flux
            errors += error
            (least, most, count) = (min(least, flux), max(most, flux), count + 1)
            if let last, time > last.time { slope = max(slope ?? -.infinity, (flux - last.flux) / (time - last.time)) }
            last = (time, flux)
        }

        var mean: Double? { count == 0 ? nil : weighted / weight }
        var meanError: Double? { count == 0 ? nil : 1 / weight.squareRoot() }
        var scatter: Double? {
            guard count > 1 else { return nil }
            let mean = plain / Double(count)
            return (max(0, square - Double(count) * mean * mean) / Double(count - 1)).squareRoot()
        }
    }

    private var detected = [Sums](repeating: Sums(), count: 6)
    private var forced = [Sums](repeating: Sums(), count: 6)
    private var science = [Sums](repeating: Sums(), count: 6)

    mutating func addDetection(_ flux: Double, _ error: Double, in visit: Visit) {
        detected[visit.band.rawValue].add(flux, error, at: visit.time)
    }

    mutating func addForced(_ point: LSSTAlert.ForcedPoint) {
        let band = point.visit.band.rawValue
        forced[band].add(point.flux, point.error, at: point.visit.time)
        science[band].add(point.template + point.flux, point.error, at: point.visit.time)
    }

    /// Sets the fields of each band.
    func fill(_ values: inout RecordValues<DiaObjectField>) {
        for band in LSSTBand.allCases {
            let (sums, fits, direct) = (detected[band.rawValue], forced[band.rawValue], science[band.rawValue])
            values.number(.u_psfFluxMean.of(band), sums.mean)
            values.number(.u_psfFluxMeanErr.of(band), sums.meanError)
            values.number(.u_psfFluxSigma.of(band), sums.scatter)
            values.integer(.u_psfFluxNdata.of(band), Int64(sums.count))
            values.number(.u_psfFluxMin.of(band), sums.count == 0 ? nil : sums.least)
            values.number(.u_psfFluxMax.of(band), sums.count == 0 ? nil : sums.most)
            values.number(.u_psfFluxMaxSlope.of(band), sums.slope)
            values.number(.u_psfFluxErrMean.of(band), sums.count == 0 ? nil : sums.errors / Double(sums.count))
            values.number(.u_fpFluxMean.of(band), fits.mean)
            values.number(.u_fpFluxMeanErr.of(band), fits.meanError)
            values.number(.u_scienceFluxMean.of(band), direct.mean)
            values.number(.u_scienceFluxMeanErr.of(band), direct.meanError)
        }
    }
}
