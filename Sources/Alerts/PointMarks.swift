/// What speaks against a point of a light curve, by the survey's own word but for ``afterAlert``.
public struct PointMarks: OptionSet, Sendable, Hashable {
    /// A bit for each mark.
    public let rawValue: UInt16

    /// The marks whose bits are set.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The survey took it back (LSST `timeWithdrawnMjdTai`).
    public static let withdrawn = PointMarks(rawValue: 1 << 0)
    /// An artificial source that was put into the image (LSST `pixelFlags_injected` and its like).
    public static let injected = PointMarks(rawValue: 1 << 1)
    /// The flux could not be measured well (LSST `psfFlux_flag`).
    public static let badFlux = PointMarks(rawValue: 1 << 2)
    /// A warning of forced photometry (ZTF `procstatus` other than 0; 56 means bad pixels).
    public static let processing = PointMarks(rawValue: 1 << 3)
    /// Bad or missing pixels, or the image's edge (LSST `pixelFlags_bad`, `_nodataCenter`, `_edge`, `_offimage`).
    public static let badPixels = PointMarks(rawValue: 1 << 4)
    /// Saturated at the centre (LSST `pixelFlags_saturatedCenter`).
    public static let saturated = PointMarks(rawValue: 1 << 5)
    /// A cosmic ray at the centre (LSST `pixelFlags_crCenter`).
    public static let cosmicRay = PointMarks(rawValue: 1 << 6)
    /// Suspect pixels at the centre (LSST `pixelFlags_suspectCenter`).
    public static let suspect = PointMarks(rawValue: 1 << 7)
    /// A satellite's streak at the centre, or a glint (LSST `pixelFlags_streakCenter`, `glint_trail`).
    public static let streak = PointMarks(rawValue: 1 << 8)
    /// A noisy image (ZTF `scisigpix` above 25 DN).
    public static let noisy = PointMarks(rawValue: 1 << 9)
    /// An image of bad seeing (ZTF `sciinpseeing` above 4 pixels).
    public static let badSeeing = PointMarks(rawValue: 1 << 10)
    /// Later than the alert that tells of it, which cannot be.
    public static let afterAlert = PointMarks(rawValue: 1 << 11)

    /// Those of a detection that is no source in the sky.
    package static let noSource: PointMarks = [.withdrawn, .injected, .badFlux]
}

extension PointMarks {
    private static let named: [(mark: PointMarks, name: String)] = [
        (withdrawn, "withdrawn"), (injected, "injected"), (badFlux, "bad flux"), (processing, "processing"),
        (badPixels, "bad pixels"), (saturated, "saturated"), (cosmicRay, "cosmic ray"), (suspect, "suspect"),
        (streak, "streak"), (noisy, "noisy"), (badSeeing, "bad seeing"), (afterAlert, "after alert"),
    ]

    /// What people call them, in a fixed order.
    package var names: [String] { Self.named.filter { contains($0.mark) }.map(\.name) }
}

extension Detection {
    /// The same with a mark.
    package consuming func marked(_ mark: PointMarks) -> Detection {
        marks.insert(mark)
        return self
    }
}

extension ForcedMeasurement {
    /// The same with a mark.
    package consuming func marked(_ mark: PointMarks) -> ForcedMeasurement {
        marks.insert(mark)
        return self
    }
}
