extension Salt2Fitter {
    /// A fit's light curve in one band, for pictures, with its one-sigma error from the fit's covariance.
    ///
    /// - Returns: Fluxes at the AB zero point, one per time; nil where the band is unknown or outside the model.
    package func lightCurve(
        of fit: Salt2Fit, bandpass name: String, mjds: [Double], zeroPoint: Double = 25
    ) -> (flux: [Double], error: [Double])? {
        guard let band = bandpass(name) else { return nil }
        let scale = band.scale(zeroPoint: zeroPoint)
        guard model.covers(band, redshift: fit.parameters.z) else { return nil }
        // A step in time, brightness or stretch needs no other sums.
        let own = model.rowSums(band: band, redshift: fit.parameters.z, color: fit.parameters.c, dust: fit.dust)
        func flux(_ p: Salt2Parameters) -> [Double]? {
            if p.z == fit.parameters.z, p.c == fit.parameters.c {
                return model.bandFlux(own, parameters: p, times: mjds).map { $0 * scale }
            }
            return (try? model.bandFlux(band, parameters: p, times: mjds, dust: fit.dust))?.map { $0 * scale }
        }
        guard let center = flux(fit.parameters) else { return nil }
        let free = fit.names.compactMap { Salt2Parameters.names.firstIndex(of: $0) }
        var slopes: [[Double]] = []
        for (i, parameter) in free.enumerated() where i < fit.errors.count {
            let step = max(fit.errors[i] * 1e-3, abs(fit.parameters[parameter]) * 1e-12)
            var (low, high) = (fit.parameters, fit.parameters)
            low[parameter] -= step
            high[parameter] += step
            guard let below = flux(low), let above = flux(high) else { return nil }
            slopes.append(zip(below, above).map { ($1 - $0) / (2 * step) })
        }
        let errors = mjds.indices.map { t in
            var variance = 0.0
            for i in slopes.indices {
                for k in slopes.indices { variance += slopes[i][t] * fit.covariance[i][k] * slopes[k][t] }
            }
            return max(0, variance).squareRoot()
        }
        return (center, errors)
    }
}
