extension Salt2Fitter {
    /// A fit's light curve in one band, for plots, with its one-sigma error from the fit's covariance.
    ///
    /// Made from the tables of the search, so good to about 1e-5 of the flux.
    ///
    /// - Parameters:
    ///   - fit: What was fitted, with these bandpasses.
    ///   - name: The band.
    ///   - mjds: Times, in any order.
    ///   - zeroPoint: Of the fluxes, AB.
    /// - Returns: Fluxes, one per time; nil where the band is unknown or outside the model.
    package func lightCurve(
        of fit: Salt2Fit, bandpass name: String, mjds: [Double], zeroPoint: Double = 25
    ) -> (flux: [Double], error: [Double])? {
        let p = fit.parameters
        guard let table = table(name), model.covers(table.band, redshift: p.z) else { return nil }
        let engine = FitEngine(model: model, tables: [table], points: [], within: 0...0, dust: fit.dust)
        // With no pivot its parameters are the fit's own.
        engine.pivot = 0
        engine.setRows(z: p.z, c: p.c, slopes: true)
        let free = fit.names.compactMap { Salt2Parameters.names.firstIndex(of: $0) }
        let curve = engine.curve(0, p, times: mjds, scale: table.band.scale(zeroPoint: zeroPoint))
        let errors = curve.map { slopes in
            var variance = 0.0
            for (row, i) in zip(fit.covariance, free) {
                for (covariance, k) in zip(row, free) where covariance.isFinite {
                    variance += slopes[i] * covariance * slopes[k]
                }
            }
            return max(0, variance).squareRoot()
        }
        return (curve.map { $0[5] }, errors)
    }
}
