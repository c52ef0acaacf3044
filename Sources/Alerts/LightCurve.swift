/// One source found on one difference image.
public struct Detection: Sendable, Hashable {
    /// The survey's number of this detection (`candid`, `diaSourceId`), where it gives one.
    public let id: Int64?
    /// When the exposure was taken.
    public let epoch: Epoch
    /// `nil` for a filter that Nightjar does not know.
    public let bandpass: Bandpass?
    /// Right ascension, degrees, ICRS.
    public let ra: Double?
    /// Declination, degrees, ICRS.
    public let dec: Double?
    /// The difference in brightness; `nil` where it is not known.
    public let brightness: Brightness?
    /// Whether the source is brighter on the new image than on the reference (ZTF `isdiffpos`; LSST `isNegative` and the
    /// sign of `psfFlux`).
    public let isPositive: Bool?
    /// Zero point of the exposure, AB mag (ZTF `magzpsci`); LSST fluxes need none.
    public let zeroPoint: Double?
    /// The survey's judgement that the source is real, 0 to 1 (ZTF `drb`, or `rb` where there is none; LSST `reliability`).
    public let realBogus: Float?
    /// What speaks against it.
    public internal(set) var marks: PointMarks

    /// A detection of these measures.
    public init(
        id: Int64?, epoch: Epoch, bandpass: Bandpass?, ra: Double?, dec: Double?, brightness: Brightness?,
        isPositive: Bool?, zeroPoint: Double?, realBogus: Float?, marks: PointMarks = []
    ) {
        self.id = id
        self.epoch = epoch
        self.bandpass = bandpass
        self.ra = ra
        self.dec = dec
        self.brightness = brightness
        self.isPositive = isPositive
        self.zeroPoint = zeroPoint
        self.realBogus = realBogus
        self.marks = marks
    }
}

/// An exposure that covered the place and found nothing there.
public struct UpperLimit: Sendable, Hashable {
    /// When the exposure was taken.
    public let epoch: Epoch
    /// `nil` for a filter that Nightjar does not know.
    public let bandpass: Bandpass?
    /// The 5-sigma limit (ZTF `diffmaglim`, magnitudes), or one standard deviation of the noise (LSST `diaNoise`, nJy).
    public let limit: Brightness?

    /// A limit of an exposure.
    public init(epoch: Epoch, bandpass: Bandpass?, limit: Brightness?) {
        self.epoch = epoch
        self.bandpass = bandpass
        self.limit = limit
    }
}

/// The flux measured at a fixed place, whether anything was found there or not.
public struct ForcedMeasurement: Sendable, Hashable {
    /// When the exposure was taken.
    public let epoch: Epoch
    /// `nil` for a filter that Nightjar does not know.
    public let bandpass: Bandpass?
    /// Flux in the unit that ``zeroPoint`` says; `nil` where the survey's fit failed.
    public let flux: Double?
    /// One standard deviation, in the unit of ``flux``.
    public let fluxError: Double?
    /// Zero point of ``flux``, AB mag: of the exposure for ZTF's counts, 31.4 for LSST's nJy.
    public let zeroPoint: Double?
    /// What speaks against it.
    public internal(set) var marks: PointMarks

    /// A measurement of an exposure.
    public init(
        epoch: Epoch, bandpass: Bandpass?, flux: Double?, fluxError: Double?, zeroPoint: Double?,
        marks: PointMarks = []
    ) {
        self.epoch = epoch
        self.bandpass = bandpass
        self.flux = flux
        self.fluxError = fluxError
        self.zeroPoint = zeroPoint
        self.marks = marks
    }
}

/// What a packet tells of its object's past, each list in the packet's order; the alert's own detection is not in it.
public struct LightCurve: Sendable, Hashable {
    /// Sources that were found.
    public var detections: [Detection]
    /// Exposures in which none was found.
    public var upperLimits: [UpperLimit]
    /// Fluxes that were measured at the object's position.
    public var forced: [ForcedMeasurement]

    /// A light curve of these points.
    public init(detections: [Detection] = [], upperLimits: [UpperLimit] = [], forced: [ForcedMeasurement] = []) {
        self.detections = detections
        self.upperLimits = upperLimits
        self.forced = forced
    }

    /// The same without the points that the survey withdrew, or these alone.
    package func withdrawn(_ isWithdrawn: Bool) -> LightCurve {
        LightCurve(
            detections: detections.filter { $0.marks.contains(.withdrawn) == isWithdrawn },
            upperLimits: isWithdrawn ? [] : upperLimits,
            forced: forced.filter { $0.marks.contains(.withdrawn) == isWithdrawn })
    }

    /// The same with a mark at what is later than the alert: Fink wrote packets whose whole history is of one time.
    consuming func marked(upTo alert: Epoch) -> LightCurve {
        let latest = alert.mjd + Self.second
        for index in detections.indices where detections[index].epoch.mjd > latest {
            detections[index].marks.insert(.afterAlert)
        }
        for index in forced.indices where forced[index].epoch.mjd > latest { forced[index].marks.insert(.afterAlert) }
        return self
    }

    /// The same without what is later than an alert.
    package func upTo(_ alert: Epoch) -> LightCurve {
        let latest = alert.mjd + Self.second
        return LightCurve(
            detections: detections.filter { $0.epoch.mjd <= latest },
            upperLimits: upperLimits.filter { $0.epoch.mjd <= latest },
            forced: forced.filter { $0.epoch.mjd <= latest })
    }

    /// In days; times of one exposure are rounded differently in a packet's lists.
    private static let second = 1 / 86_400.0
}
