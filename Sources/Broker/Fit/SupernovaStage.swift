internal import Alerts
internal import Figures
internal import Foundation
internal import Salt2
internal import Synchronization

/// Fits the alerts that passed the extragalactic filter, and draws them. Used by any number of threads.
///
/// Where the models are missing every alert that would be fitted gets that reason: the run goes on.
struct SupernovaStage: Sendable {
    private let options: SupernovaOptions
    private let fitter: LazyFitter
    private let stored: StoredAlerts?

    /// - Parameters:
    ///   - options: What to work with.
    ///   - stored: Knows the alerts that need no fit any more.
    init(_ options: SupernovaOptions, stored: StoredAlerts? = nil) {
        self.options = options
        self.stored = stored
        fitter = LazyFitter(folder: options.models, model: options.model)
    }

    /// Fits the alerts that passed the filter, on all cores.
    func fit(_ packets: inout [DecodedPacket]) {
        var places: [(packet: Int, alert: Int)] = []
        for (packet, decoded) in packets.enumerated() {
            for (alert, judged) in decoded.alerts.enumerated() where judged.message != nil {
                let known = stored?.contains(judged.decoded.alert) ?? false
                if !known { places.append((packet, alert)) }
            }
        }
        guard !places.isEmpty else { return }
        let work = (packets, places)
        let outcomes = Mutex([SupernovaOutcome?](repeating: nil, count: places.count))
        DispatchQueue.concurrentPerform(iterations: places.count) { index in
            let (packet, alert) = work.1[index]
            let outcome = outcome(of: work.0[packet].alerts[alert].decoded.alert)
            outcomes.withLock { $0[index] = outcome }
        }
        let all = outcomes.withLock { $0 }
        for (place, outcome) in zip(places, all) { packets[place.packet].alerts[place.alert].supernova = outcome }
    }

    func outcome(of alert: Alert) -> SupernovaOutcome {
        let light = AlertPoints(alert)
        if let early = AlertPhotometry.ineligibility(of: light.detections) { return .tooEarly(early) }
        let redshift = options.redshift?(alert)
        var mwebv: Double?
        if let reddening = options.reddening, let ra = alert.detection.ra, let dec = alert.detection.dec {
            mwebv = reddening(ra, dec)
        }
        let fit: Salt2Fit
        let failure: (reason: String, detail: String)?
        let known: Salt2Fitter?
        switch fitter.get() {
        case .success(let fitter):
            fit = fitter.fit(
                points: light.points,
                options: Self.fitOptions(alert.survey, light: light, redshift: redshift, mwebv: mwebv))
            failure = fit.failure.map { ($0.code, $0.description) }
            known = fitter
        case .failure(let error):
            fit = Salt2Fit()
            failure = (SupernovaOptions.missingReason, "\(error); scripts/fetch-models brings the models")
            known = nil
        }
        var result = SupernovaFit(
            reason: failure?.reason, detail: failure?.detail, fit: fit, light: light, mwebv: mwebv,
            isRedshiftKnown: redshift != nil)
        if options.drawsPictures, let known {
            // A picture that cannot be drawn is no reason to lose the fit: its path stays empty.
            result.picture = try? SupernovaPicture.figure(of: alert, result, fitter: known).png()
        }
        return .fit(result)
    }

    /// LSST reaches deeper than ZTF: its free redshift may be as high as the fitter's tables go.
    private static func fitOptions(
        _ survey: Survey, light: AlertPoints, redshift: Double?, mwebv: Double?
    ) -> FitOptions {
        let dust = mwebv.map { MilkyWayDust(law: .f99, mwebv: $0) } ?? .none
        // Only what the survey found itself starts a supernova: a forced measurement may be an artefact.
        var options = AlertPhotometry.options(points: light.detections, redshift: redshift, dust: dust)
        if survey == .lsst, redshift == nil { options.redshift = .free(0.01...0.5) }
        return options
    }
}

/// The fitter, read when the first alert needs it.
private final class LazyFitter: Sendable {
    private let folder: String
    private let model: String
    private let state = Mutex<Result<Salt2Fitter, Salt2Error>?>(nil)

    init(folder: String, model: String) {
        self.folder = folder
        self.model = model
    }

    func get() -> Result<Salt2Fitter, Salt2Error> {
        state.withLock { state in
            if let known = state { return known }
            let result = Result { () throws(Salt2Error) in try ModelLibrary(folder: folder).fitter(model) }
            state = result
            return result
        }
    }
}
