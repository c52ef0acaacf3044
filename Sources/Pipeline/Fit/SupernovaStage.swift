package import Alerts
package import Plots
internal import Salt2
internal import Threads

/// Fits the alerts that passed the filter of choice, and draws their plots. Used by any number of threads.
package struct SupernovaStage: Stage {
    private let options: SupernovaOptions
    private let isStored: @Sendable (Alert) -> Bool

    /// A stage with models and settings.
    ///
    /// - Parameters:
    ///   - options: The models and settings.
    ///   - isStored: Whether an alert is stored already and needs no fit.
    package init(_ options: SupernovaOptions, isStored: @escaping @Sendable (Alert) -> Bool = { _ in false }) {
        self.options = options
        self.isStored = isStored
    }

    /// Empty: a fit has a table of its own (``Salt2Row``).
    package func columns(of survey: Survey) -> [ProductColumn] { [] }

    /// The fit of an alert that passed the filter and is not stored yet.
    package func run(_ alert: ProcessedAlert) -> SupernovaOutcome? { run(alert, origin: nil) }

    private func run(_ processed: ProcessedAlert, origin: PacketOrigin?) -> SupernovaOutcome? {
        let alert = processed.decoded.alert
        guard processed.isToFit, !isStored(alert) else { return nil }
        return outcome(of: alert, scores: processed.scores) {
            alert.cutouts.isEmpty ? options.cutouts?(Products(processed, origin: origin)) : nil
        }
    }

    /// Fits the alerts that passed the filter, on all cores.
    package func fit(_ packets: inout [ProcessedPacket]) {
        var indexes: [(packet: Int, alert: Int)] = []
        for (packet, decoded) in packets.enumerated() {
            for (alert, processed) in decoded.alerts.enumerated() where processed.isToFit {
                indexes.append((packet, alert))
            }
        }
        let outcomes = indexes.concurrentMap { [packets] index in
            run(packets[index.packet].alerts[index.alert], origin: packets[index.packet].origin)
        }
        for (index, outcome) in zip(indexes, outcomes) { packets[index.packet].alerts[index.alert].supernova = outcome }
    }

    /// The fit of an alert, and its plot.
    ///
    /// - Parameters:
    ///   - alert: The alert.
    ///   - scores: What classifiers say of it, for the plot.
    ///   - cutouts: The images for the plot; called where the alert has none and is drawn.
    /// - Returns: The fit, or why the alert is not fitted.
    package func outcome(
        of alert: Alert, scores: [String] = [], cutouts: () -> Cutouts? = { nil }
    ) -> SupernovaOutcome {
        let light = AlertPoints(alert)
        let redshift = options.redshift?(alert)
        if let reason = AlertPhotometry.ineligibility(
            of: light.detections, at: alert.detection.epoch.mjd, redshift: redshift ?? alert.survey.redshifts.upperBound
        ) {
            return .ineligible(reason)
        }
        var result = fit(alert, light, redshift: redshift)
        if options.drawsPlots, result.reason != SupernovaOptions.missingReason {
            // A failed plot does not lose the fit: its path is null, and the row has the reason.
            var drawing = plot(of: alert, result, cutouts: cutouts())
            drawing.notes += scores
            do { result.plot = try drawing.png() } catch {
                result.detail = (result.detail.map { $0 + "; " } ?? "") + "no plot: \(error)"
                result.isPlotMissing = true
            }
        }
        return .fit(result)
    }

    /// The plot of an alert, which is fitted whether or not it is eligible; a failed fit is drawn with the reason.
    package func plot(of alert: Alert) -> LightCurvePlot {
        plot(of: alert, fit(alert, AlertPoints(alert), redshift: options.redshift?(alert)))
    }

    /// The plot of an alert and its fit.
    package func plot(of alert: Alert, _ result: SupernovaFit, cutouts: Cutouts? = nil) -> LightCurvePlot {
        SupernovaPlot.plot(
            of: alert, result, fitter: (try? options.fitter(of: alert.survey)) ?? nil, cutouts: cutouts ?? alert.cutouts
        )
    }

    private func fit(_ alert: Alert, _ light: AlertPoints, redshift: Double?) -> SupernovaFit {
        var mwebv: Double?
        if let reddening = options.reddening, let ra = alert.detection.ra, let dec = alert.detection.dec {
            mwebv = reddening(ra, dec)
        }
        var result = SupernovaFit(
            reason: nil, detail: nil, fit: Salt2Fit(), light: light, mwebv: mwebv, isRedshiftKnown: redshift != nil)
        result.prior = redshift == nil ? options.prior?(alert) : nil
        let missing = "the models are missing; scripts/fetch-models brings them, then nightjar salt2 refit"
        let fitter: Salt2Fitter
        do throws(Salt2Error) {
            guard let found = try options.fitter(of: alert.survey) else {
                (result.reason, result.detail) = (SupernovaOptions.missingReason, missing)
                return result
            }
            fitter = found
        } catch {
            (result.reason, result.detail) = (SupernovaOptions.missingReason, "\(error); \(missing)")
            return result
        }
        if light.isCut {
            result.fit.failure = .tooManyPoints
        } else {
            result.fit = fitter.fit(
                points: light.fitted,
                options: Self.fitOptions(alert.survey, result, redshift: redshift))
            result.fit.isUsed = light.isUsed(result.fit.isUsed)
        }
        result.reason = result.fit.failure?.code
        result.detail = result.fit.failure?.description
        return result
    }

    private static func fitOptions(
        _ survey: Survey, _ result: SupernovaFit, redshift: Double?
    ) -> FitOptions {
        let dust = result.mwebv.map { MilkyWayDust(law: .f99, mwebv: $0) } ?? .none
        // Only detections start a supernova: a forced measurement may be an artefact.
        var options = AlertPhotometry.options(points: result.light.detections, redshift: redshift, dust: dust)
        if let prior = result.prior {
            let range = prior.range(within: survey.redshifts)
            options.redshift = .prior(mean: prior.mean, sigma: prior.sigma, range: range)
        } else if redshift == nil {
            options.redshift = .free(survey.redshifts)
        }
        options.modelCovariance = survey.fit.usesModelErrors
        return options
    }
}

extension RedshiftPrior {
    /// The redshifts that a fit may take: a survey's, and down to five standard deviations below a nearer host.
    fileprivate func range(within survey: ClosedRange<Double>) -> ClosedRange<Double> {
        max(0, min(survey.lowerBound, mean - 5 * sigma))...survey.upperBound
    }
}
