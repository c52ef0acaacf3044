internal import Glibc

extension Salt2Model {
    /// Row sums for one band as seen at a redshift, through colour and dust, in photons/s/cm^2 per unit of x0.
    func rowSums(band: BandpassCurve, redshift: Double, color: Double, dust: MilkyWayDust) -> RowSums {
        let factor = 1 / (1 + redshift)
        let samples = band.sampleWave.map { $0 * factor }
        let weights = weights(band, samples: samples, factor: factor, color: color, extinction: dust.extinction(band))
        return RowSums(model: self, projection: projection(samples, weights))
    }

    /// The weights of a band's samples behind colour and dust.
    ///
    /// - Parameters:
    ///   - band: The band.
    ///   - samples: Its samples' rest-frame wavelengths, Angstrom.
    ///   - factor: What each is multiplied with beside.
    ///   - color: c.
    ///   - extinction: Our galaxy's at the samples, magnitudes; empty for none.
    /// - Returns: One for each sample.
    func weights(
        _ band: BandpassCurve, samples: [Double], factor: Double, color: Double, extinction: [Double]
    ) -> [Double] {
        var weights = band.sampleWeight
        for start in stride(from: 0, to: weights.count, by: 8) {
            let end = min(start + 8, weights.count)
            var (waves, magnitudes) = (SIMD8<Double>(repeating: samples[start]), SIMD8<Double>.zero)
            for i in start..<end { waves[i - start] = samples[i] }
            if !extinction.isEmpty { for i in start..<end { magnitudes[i - start] = extinction[i] } }
            magnitudes += color * colorLaw.valuesAndSlopes(waves: waves).values
            let transmission = factor * VectorExponential.of(-Physics.perMagnitude * magnitudes)
            for i in start..<end { weights[i] *= transmission[i - start] }
        }
        return weights
    }

    func projection(_ samples: [Double], _ weights: [Double]) -> RowProjection {
        m0.waves.withUnsafeBufferPointer { waves in
            samples.withUnsafeBufferPointer { samples in
                weights.withUnsafeBufferPointer { weights in
                    RowProjection(waves: waves, samples: samples, weights: weights)
                }
            }
        }
    }

    private func check(_ band: BandpassCurve, _ redshift: Double) throws(Salt2Error) {
        guard redshift > -1, redshift.isFinite, covers(band, redshift: redshift) else {
            throw Salt2Error(
                .outsideModel, location: band.name,
                detail: "reaches beyond the model's wavelengths at redshift \(redshift)")
        }
    }

    /// Band fluxes of a supernova at times on the scale of `t0` (MJD), in any order, shape `[n]`.
    ///
    /// - Returns: photons/s/cm^2, shape `[n]`; 0 outside the model's phases.
    /// - Throws: ``Salt2Error`` with `outsideModel` where the band is not inside the model's wavelengths.
    package func bandFlux(
        _ band: BandpassCurve, parameters: Salt2Parameters, times: [Double], dust: MilkyWayDust = .none
    ) throws(Salt2Error) -> [Double] {
        try check(band, parameters.z)
        let sums = rowSums(band: band, redshift: parameters.z, color: parameters.c, dust: dust)
        let stretch = 1 / (1 + parameters.z)
        return times.map { time in
            let sum = sums.value(phase: (time - parameters.t0) * stretch, phases: m0.phases)
            return parameters.x0 * (sum[0] + parameters.x1 * sum[1])
        }
    }

    /// Relative variance of the model in a band, and the relative error common to all points of the band.
    ///
    /// Neither colour nor dust enters. Where the model is not positive the variance is 10,000, as in snfit.
    /// - Throws: ``Salt2Error`` with `outsideModel`.
    package func relativeErrors(
        _ band: BandpassCurve, parameters: Salt2Parameters, times: [Double]
    ) throws(Salt2Error) -> (variance: [Double], dispersion: Double) {
        try check(band, parameters.z)
        let errors = BandErrors(model: self, band: band, redshift: parameters.z)
        let stretch = 1 / (1 + parameters.z)
        return (
            times.map { errors.variance(phase: ($0 - parameters.t0) * stretch, x1: parameters.x1) }, errors.dispersion
        )
    }
}

/// The model's errors in one band at one redshift.
struct BandErrors {
    private let model: Salt2Model
    private let sums: RowSums
    private let effectiveWave: Double
    private let norm: Double
    /// Relative error common to all points of the band.
    let dispersion: Double

    init(model: Salt2Model, band: BandpassCurve, redshift: Double) {
        self.model = model
        let shifted = band.restFrame(redshift: redshift)
        sums = RowSums(model: model, projection: model.projection(shifted.wave, shifted.weight))
        effectiveWave = shifted.effectiveWave
        norm = shifted.weight.reduce(0, +)
        dispersion = model.colorDispersion.value(effectiveWave)
    }

    /// Relative variance at a phase, the common error not included.
    func variance(phase: Double, x1: Double) -> Double {
        let sum = sums.value(phase: phase, phases: model.m0.phases)
        let total = sum[0] + x1 * sum[1]
        guard total > 0 else { return 1e4 }
        var v =
            model.variance0.value(phase: phase, wave: effectiveWave)
            + 2 * x1 * model.covariance01.value(phase: phase, wave: effectiveWave)
            + x1 * x1 * model.variance1.value(phase: phase, wave: effectiveWave)
        if v < 0 { v = 1e-4 }
        guard let errorScale = model.errorScale else {
            let mean = total / norm
            return v / (mean * mean)
        }
        let scale = errorScale.value(phase: phase, wave: effectiveWave) * sum[0] / total
        return v * scale * scale
    }
}
