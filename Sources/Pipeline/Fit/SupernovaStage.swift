package import Alerts
package import Plots
internal import Salt2
internal import Threads

/// Fits the alerts that passed the extragalactic filter, and draws them. Used by any number of threads.
package struct SupernovaStage: Stage {
    private let options: SupernovaOptions
    private let isStored: @Sendable (Alert) -> Bool

    /// - Parameters:
    ///   - options: What to work with.
    ///   - isStored: Whether an alert needs no fit any more.
    package init(_ options: SupernovaOptions, isStored: @escaping @Sendable (Alert) -> Bool = { _ in false }) {
        self.options = options
        self.isStored = isStored
    }

    /// The fit of an alert that passed the filter and is not stored yet.
    package func run(_ alert: ProcessedAlert) -> SupernovaOutcome? { run(alert, origin: nil) }

    private func run(_ processed: ProcessedAlert, origin: PacketOrigin?) -> SupernovaOutcome? {
        let alert = processed.decoded.alert
        guard processed.message != nil, !isStored(alert) else { return nil }
        return outcome(of: alert) {
            alert.cutouts.isEmpty ? options.cutouts?(Products(processed, origin: origin)) : nil
        }
    }

    /// Fits the alerts that passed the filter, on all cores.
    package func fit(_ packets: inout [ProcessedPacket]) {
        var places: [(packet: Int, alert: Int)] = []
        for (packet, decoded) in packets.enumerated() {
            for (alert, processed) in decoded.alerts.enumerated() where processed.message != nil {
                places.append((packet, alert))
            }
        }
        let outcomes = places.concurrentMap { [packets] place in
            run(packets[place.packet].alerts[place.alert], origin: packets[place.packet].origin)
        }
        for (place, outcome) in zip(places, outcomes) { packets[place.packet].alerts[place.alert].supernova = outcome }
    }

    /// The fit of an alert, and its plot.
    ///
    /// - Parameters:
    ///   - alert: What to fit.
    ///   - cutouts: Asked for the images where the alert has none and is drawn.
    /// - Returns: The fit, or why it is too early for one.
    package func outcome(of alert: Alert, cutouts: () -> Cutouts? = { nil }) -> SupernovaOutcome {
        let light = AlertPoints(alert)
        if let early = AlertPhotometry.ineligibility(of: light.detections) { return .tooEarly(early) }
        var result = fit(alert, light)
        if options.drawsPlots, result.reason != SupernovaOptions.missingReason {
            // A picture that cannot be drawn is no reason to lose the fit: its path stays empty, and the row says why.
            do { result.picture = try figure(of: alert, result, cutouts: cutouts()).png() } catch {
                result.detail = (result.detail.map { $0 + "; " } ?? "") + "no picture: \(error)"
                result.isPlotMissing = true
            }
        }
        return .fit(result)
    }

    /// The picture of an alert, fitted whatever is known of it; what could not be fitted is drawn with the reason.
    package func figure(of alert: Alert) -> LightCurvePlot { figure(of: alert, fit(alert, AlertPoints(alert))) }

    /// The picture of an alert and its fit.
    package func figure(of alert: Alert, _ result: SupernovaFit, cutouts: Cutouts? = nil) -> LightCurvePlot {
        SupernovaPlot.figure(of: alert, result, fitter: options.fitter, cutouts: cutouts ?? alert.cutouts)
    }

    private func fit(_ alert: Alert, _ light: AlertPoints) -> SupernovaFit {
        let redshift = options.redshift?(alert)
        var mwebv: Double?
        if let reddening = options.reddening, let ra = alert.detection.ra, let dec = alert.detection.dec {
            mwebv = reddening(ra, dec)
        }
        var result = SupernovaFit(
            reason: nil, detail: nil, fit: Salt2Fit(), light: light, mwebv: mwebv, isRedshiftKnown: redshift != nil)
        guard let fitter = options.fitter else {
            result.reason = SupernovaOptions.missingReason
            result.detail = "the models are missing; scripts/fetch-models brings them, then nightjar salt2 refit"
            return result
        }
        if light.isCut {
            result.fit.failure = .tooManyPoints
        } else {
            result.fit = fitter.fit(
                points: light.fitted,
                options: Self.fitOptions(alert.survey, light: light, redshift: redshift, mwebv: mwebv))
            result.fit.isUsed = light.isUsed(result.fit.isUsed)
        }
        result.reason = result.fit.failure?.code
        result.detail = result.fit.failure?.description
        return result
    }

    private static func fitOptions(
        _ survey: Survey, light: AlertPoints, redshift: Double?, mwebv: Double?
    ) -> FitOptions {
        let dust = mwebv.map { MilkyWayDust(law: .f99, mwebv: $0) } ?? .none
        // Only what the survey found itself starts a supernova: a forced measurement may be an artefact.
        var options = AlertPhotometry.options(points: light.detections, redshift: redshift, dust: dust)
        if redshift == nil { options.redshift = .free(survey.redshifts) }
        return options
    }
}
