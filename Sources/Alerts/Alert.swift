/// One alert of a survey: something changed at a place in the sky.
///
/// A field that the survey left out, or filled with a value that means "none" (ZTF's -999, -99999 and "null"), is `nil`.
public struct Alert: Sendable {
    /// Bytes of an object's name; a longer one is no name, since it stands in each row of the object's history.
    package static let longestObjectId = 2_048

    /// The survey that issued the alert.
    public let survey: Survey
    /// The survey's number of the alert: ZTF `candid`, LSST `diaSourceId`. Everything Nightjar does is idempotent on it.
    public let id: Int64
    /// The object's name: ZTF `objectId`; LSST `diaObjectId` in digits, or `ssObjectId` for a solar-system object.
    public let objectId: String?
    /// The detection that raised the alert.
    public let detection: Detection
    /// The nearest source of a star and galaxy catalogue.
    public let catalogueMatch: CatalogueMatch?
    /// The nearest known object of the solar system.
    public let solarSystemMatch: SolarSystemMatch?
    /// What the packet has of the object's past.
    public let lightCurve: LightCurve
    /// The images in the packet.
    public let cutouts: Cutouts
    /// How well measured the detection is, where the survey says (ZTF).
    public let quality: ImageQuality?
    /// Whether it is the survey's own data, and not withdrawn.
    public let dataKind: DataKind
    /// How long the exposure was, s, where the packet says (LSST since 11.1).
    public let exposureTime: Double?

    /// An alert of these parts.
    public init(
        survey: Survey, id: Int64, objectId: String?, detection: Detection, catalogueMatch: CatalogueMatch?,
        solarSystemMatch: SolarSystemMatch?, lightCurve: LightCurve, cutouts: Cutouts, quality: ImageQuality?,
        exposureTime: Double? = nil, dataKind: DataKind = .survey
    ) {
        self.survey = survey
        self.id = id
        self.objectId = objectId
        self.detection = detection
        self.catalogueMatch = catalogueMatch
        self.solarSystemMatch = solarSystemMatch
        self.lightCurve = lightCurve
        self.cutouts = cutouts
        self.quality = quality
        self.exposureTime = exposureTime
        self.dataKind = dataKind
    }

    /// The same with another history.
    package func with(_ lightCurve: LightCurve) -> Alert {
        Alert(
            survey: survey, id: id, objectId: objectId, detection: detection, catalogueMatch: catalogueMatch,
            solarSystemMatch: solarSystemMatch, lightCurve: lightCurve, cutouts: cutouts, quality: quality,
            exposureTime: exposureTime, dataKind: dataKind)
    }

    /// When its exposure ended, seconds since 1970-01-01 UTC as clocks of computers have them: by the packet's exposure time, or by
    /// what the survey's exposures usually take.
    package var exposureEnd: Double {
        let usual = survey.stream.timeToExposureEnd / .seconds(1)
        let epoch = detection.epoch
        // A night has no exposure of an hour; such a number is damage.
        guard let exposureTime, (0...3_600).contains(exposureTime) else { return epoch.secondsSince1970UTC + usual }
        return epoch.secondsSince1970UTC + (epoch.scale == .taiMiddle ? exposureTime / 2 : exposureTime)
    }

    /// The observing night as YYYYMMDD: ZTF names a night by its UTC date, LSST by the date twelve hours earlier (`day_obs`).
    public var night: Int { CalendarDate(mjd: detection.epoch.mjd - survey.time.nightStart).yyyymmdd }
}

/// The nearest source of a star and galaxy catalogue (ZTF: Pan-STARRS 1; LSST to 7.4: `nearbyObj1`).
public struct CatalogueMatch: Sendable, Hashable {
    /// Distance, arcsec (ZTF `distpsnr1`).
    public let distance: Double
    /// How star-like, 0 galaxy to 1 star (ZTF `sgscore1`); `nil` where it is not known.
    public let starScore: Float?

    /// A match at a distance, arcsec.
    public init(distance: Double, starScore: Float?) {
        self.distance = distance
        self.starScore = starScore
    }
}

/// The nearest known solar-system object.
public struct SolarSystemMatch: Sendable, Hashable {
    /// Its name (ZTF `ssnamenr`, LSST `designation`).
    public let name: String?
    /// Distance from its predicted place, arcsec (ZTF `ssdistnr`, LSST `ephOffset`).
    public let distance: Double?
    /// Its predicted magnitude (ZTF `ssmagnr`, LSST `ephVmag`).
    public let magnitude: Double?
    /// The place of the alert's source among those of its image that may be the object, by distance from the predicted place, 1
    /// the nearest (LSST `diaDistanceRank`); `nil` where the survey does not say.
    public let rank: Int?

    /// A match at a distance, arcsec, of a magnitude.
    public init(name: String?, distance: Double?, magnitude: Double?, rank: Int? = nil) {
        self.name = name
        self.distance = distance
        self.magnitude = magnitude
        self.rank = rank
    }

    /// Whether no other source of the image is nearer to the object's place: the object is one of them at most.
    public var isNearest: Bool { (rank ?? 1) <= 1 }
}

/// The three small images of an alert, as the survey packed them (gzip FITS; JPEG in ZTF schemas to 1.5; LSST plain FITS).
public struct Cutouts: Sendable {
    /// The new image.
    public let science: ArraySlice<UInt8>?
    /// The reference image.
    public let template: ArraySlice<UInt8>?
    /// The new image less the reference.
    public let difference: ArraySlice<UInt8>?

    /// Whether the packet has no image.
    package var isEmpty: Bool { science == nil && template == nil && difference == nil }

    /// Images as the packet has them.
    public init(science: ArraySlice<UInt8>?, template: ArraySlice<UInt8>?, difference: ArraySlice<UInt8>?) {
        self.science = science
        self.template = template
        self.difference = difference
    }
}

/// What the original broker's purity cut looks at, all ZTF's own measurements.
public struct ImageQuality: Sendable, Hashable {
    /// Random-forest real/bogus score, 0 to 1.
    public let rb: Float?
    /// Bad pixels in the 5 by 5 stamp.
    public let nbad: Int?
    /// Full width at half maximum, pixels.
    public let fwhm: Float?
    /// Axis ratio.
    public let elong: Float?
    /// Aperture minus PSF magnitude, mag.
    public let magdiff: Float?

    /// The measurements of one detection.
    public init(rb: Float?, nbad: Int?, fwhm: Float?, elong: Float?, magdiff: Float?) {
        self.rb = rb
        self.nbad = nbad
        self.fwhm = fwhm
        self.elong = elong
        self.magdiff = magdiff
    }
}
