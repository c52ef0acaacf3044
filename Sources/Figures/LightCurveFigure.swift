/// The picture of one supernova candidate: light curve, fit, residuals, cutouts. Fluxes are at zero point 25 AB.
///
/// A picture follows from these values alone: the same ones give the same bytes.
package struct LightCurveFigure: Sendable {
    package struct Point: Sendable {
        package let mjd: Double
        package let flux: Double
        /// One standard deviation.
        package let error: Double
        /// The fit's flux at this time; `nil` where there is none.
        package let model: Double?
        package let isFitted: Bool
        /// Measured at the place, whether anything was found there or not.
        package let isForced: Bool
        /// The detection that raised the alert.
        package let isAlert: Bool

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
    }

    /// The fit's light curve with one standard deviation.
    package struct Curve: Sendable {
        package let mjds: [Double]
        package let fluxes: [Double]
        package let errors: [Double]

        package init(mjds: [Double], fluxes: [Double], errors: [Double]) {
            let count = min(mjds.count, fluxes.count, errors.count)
            self.mjds = Array(mjds.prefix(count))
            self.fluxes = Array(fluxes.prefix(count))
            self.errors = Array(errors.prefix(count))
        }
    }

    package struct Band: Sendable {
        /// Such as `ztfg`.
        package let name: String
        package let points: [Point]
        /// Times and fluxes of exposures that found nothing brighter.
        package let limits: [(mjd: Double, flux: Double)]
        package let curve: Curve?

        package init(name: String, points: [Point], limits: [(mjd: Double, flux: Double)] = [], curve: Curve? = nil) {
            self.name = name
            self.points = points.filter { $0.mjd.isFinite && $0.flux.isFinite && $0.error.isFinite && $0.error >= 0 }
            self.limits = limits.filter { $0.mjd.isFinite && $0.flux.isFinite }
            self.curve = curve
        }
    }

    package struct Parameter: Sendable {
        package let name: String
        package let value: Double
        /// `nil` for one that was held fixed.
        package let error: Double?

        package init(name: String, value: Double, error: Double?) {
            self.name = name
            self.value = value
            self.error = error
        }
    }

    package struct Cutout: Sendable {
        package let label: String
        /// `nil` where it could not be read: its frame stays empty.
        package let image: CutoutImage?

        package init(label: String, image: CutoutImage?) {
            self.label = label
            self.image = image
        }
    }

    /// Bands drawn; a survey has no more.
    package static let mostBands = 6

    package var objectId: String
    package var candid: Int64
    /// When the alert was raised, as the title shows it.
    package var date: String
    package var bands: [Band]
    package var parameters: [Parameter] = []
    /// Lines below the parameters, such as the fit's chi squared.
    package var notes: [String] = []
    /// Why there is no fit.
    package var failure: String?
    /// MJD of the fit's peak, from which the upper axis counts.
    package var t0: Double?
    package var cutouts: [Cutout] = []

    package init(objectId: String, candid: Int64, date: String, bands: [Band]) {
        self.objectId = objectId
        self.candid = candid
        self.date = date
        self.bands = Array(bands.prefix(Self.mostBands))
    }
}
