/// The plot of one supernova candidate: light curve, fit, residuals, cutouts. Fluxes are in its ``fluxUnit``.
///
/// A plot depends on these values only: equal values give equal files.
package struct LightCurvePlot: Sendable {
    /// A measurement.
    package struct Point: Sendable {
        /// Time, MJD.
        package let mjd: Double
        /// Difference flux, in the plot's unit.
        package let flux: Double
        /// One standard deviation.
        package let error: Double
        /// The fit's flux at this time; `nil` where there is none.
        package let model: Double?
        /// Whether the fit used it.
        package let isFitted: Bool
        /// Whether it is a forced measurement.
        package let isForced: Bool
        /// Whether it is the detection that raised the alert.
        package let isAlert: Bool

        /// A measurement with its error.
        package init(
            mjd: Double, flux: Double, error: Double, model: Double? = nil, isFitted: Bool = true,
            isForced: Bool = false, isAlert: Bool = false
        ) {
            self.mjd = mjd
            self.flux = flux
            self.error = error
            self.model = model
            self.isFitted = isFitted
            self.isForced = isForced
            self.isAlert = isAlert
        }

        /// The point with a flux and an error whose sums and differences are finite.
        fileprivate var bounded: Point {
            Point(
                mjd: mjd, flux: LightCurvePlot.drawable(flux), error: LightCurvePlot.drawable(error), model: model,
                isFitted: isFitted, isForced: isForced, isAlert: isAlert)
        }
    }

    /// The fit's light curve with one standard deviation.
    package struct Curve: Sendable {
        /// Times, MJD.
        package let mjds: [Double]
        /// The model's flux at each time, in the plot's unit.
        package let fluxes: [Double]
        /// One standard deviation of each flux.
        package let errors: [Double]

        /// A curve with the number of points of the shortest list.
        package init(mjds: [Double], fluxes: [Double], errors: [Double]) {
            let count = mjds.allSatisfy(LightCurvePlot.isTime) ? min(mjds.count, fluxes.count, errors.count) : 0
            self.mjds = Array(mjds.prefix(count))
            self.fluxes = fluxes.prefix(count).map(LightCurvePlot.drawable)
            self.errors = errors.prefix(count).map(LightCurvePlot.drawable)
        }
    }

    /// One panel: a band's measurements and the model in it.
    package struct Band: Sendable {
        /// The bandpass, such as `ztfg`.
        package let name: String
        /// The measurements.
        package let points: [Point]
        /// Times and fluxes of upper limits.
        package let limits: [(mjd: Double, flux: Double)]
        /// The model; `nil` where it has none in this band.
        package let curve: Curve?

        /// A band; points that are not finite, or beyond ``LightCurvePlot/mostPoints``, are left out.
        package init(name: String, points: [Point], limits: [(mjd: Double, flux: Double)] = [], curve: Curve? = nil) {
            self.name = name
            self.points = points.lazy.filter {
                LightCurvePlot.isTime($0.mjd) && $0.flux.isFinite && $0.error.isFinite && $0.error >= 0
            }.prefix(LightCurvePlot.mostPoints).map(\.bounded)
            self.limits = limits.lazy.filter { LightCurvePlot.isTime($0.mjd) && $0.flux.isFinite }
                .prefix(LightCurvePlot.mostPoints).map { ($0.mjd, LightCurvePlot.drawable($0.flux)) }
            self.curve = curve
        }
    }

    /// Bands of a plot at most; no survey has more.
    package static let mostBands = 6
    /// Points of a band at most, and limits.
    package static let mostPoints = 5_000
    /// Largest flux and error, 50 mag brighter than magnitude 0; larger ones are drawn as this.
    private static let largestFlux = 1e30

    private static func drawable(_ flux: Double) -> Double {
        flux.isFinite ? min(largestFlux, max(-largestFlux, flux)) : 0
    }

    private static func isTime(_ mjd: Double) -> Bool { abs(mjd) < 1e8 }

    /// The object's name.
    package var objectId: String
    /// The survey's number of the alert.
    package var id: Int64
    /// The survey's name of that number, such as `candid`.
    package var idName = "candid"
    /// The alert's date, as in the title.
    package var date: String
    /// The panels, in the order in which they are drawn.
    package var bands: [Band]
    /// The unit of all fluxes.
    package var fluxUnit = FluxUnit.microjansky
    /// The time scale of the MJDs, for the label of the axis.
    package var timeScale = ""
    /// The parameters of the fit, in the order of the list.
    package var parameters: [Parameter] = []
    /// Warnings about the fit, drawn in their own colour.
    package var cautions: [String] = []
    /// Lines below the parameters, such as the fit's chi squared.
    package var notes: [String] = []
    /// Why there is no fit.
    package var failure: String?
    /// The fit's t0, MJD, the origin of the upper axes.
    package var t0: Double?
    /// The fit's redshift, for the axis of rest-frame days.
    package var redshift: Double?
    /// The cutouts, from left to right.
    package var cutouts: [Cutout] = []

    /// A plot of an alert's light curve, without a fit.
    package init(objectId: String, id: Int64, date: String, bands: [Band]) {
        self.objectId = objectId
        self.id = id
        self.date = date
        self.bands = Array(bands.prefix(Self.mostBands))
    }
}
