/// A passband of a survey's camera.
public enum Bandpass: String, Sendable, Hashable, CaseIterable {
    case ztfg, ztfr, ztfi
    case lsstu, lsstg, lsstr, lssti, lsstz, lssty

    /// ZTF's `fid`: 1 is g, 2 is r, 3 is i.
    public init?(fid: Int64) {
        switch fid {
        case 1: self = .ztfg
        case 2: self = .ztfr
        case 3: self = .ztfi
        default: return nil
        }
    }

    /// LSST's `band`, one letter of `ugrizy`.
    public init?(lsstBand letter: UInt8) {
        switch letter {
        case UInt8(ascii: "u"): self = .lsstu
        case UInt8(ascii: "g"): self = .lsstg
        case UInt8(ascii: "r"): self = .lsstr
        case UInt8(ascii: "i"): self = .lssti
        case UInt8(ascii: "z"): self = .lsstz
        case UInt8(ascii: "y"): self = .lssty
        default: return nil
        }
    }
}
