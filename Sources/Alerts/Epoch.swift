/// When an exposure was taken.
///
/// ZTF gives the start of the exposure as a Julian date in UTC, LSST its middle as a modified Julian date in TAI; both
/// are kept as given, since a comparison within one survey needs no conversion and one between them must choose.
public struct Epoch: Sendable, Hashable {
    /// A time scale, and which moment of the exposure is meant.
    public enum Scale: String, Sendable, Hashable {
        /// Coordinated universal time, start of the exposure.
        case utcStart
        /// International atomic time, middle of the exposure.
        case taiMiddle
    }

    /// Modified Julian date, days, in the epoch's own scale.
    public let mjd: Double
    /// The scale in which the date counts.
    public let scale: Scale

    /// An epoch by its modified Julian date.
    public init(mjd: Double, scale: Scale) {
        self.mjd = mjd
        self.scale = scale
    }

    /// The Julian year: years of 365.25 days, J2000.0 being 2000. A minute between the scales is nothing to a proper motion.
    package var julianYear: Double { 2000 + (mjd - 51_544.5) / 365.25 }

    /// A ZTF `jd`: Julian date, UTC, start of the exposure. The subtraction is exact, so ``jd`` gives the same bits back.
    public init(ztfJD jd: Double) { self.init(mjd: jd - 2_400_000.5, scale: .utcStart) }

    /// Julian date, days, in the epoch's own scale.
    public var jd: Double { mjd + 2_400_000.5 }
}
