extension Epoch {
    /// TAI - UTC, s, since 2017-01-01: no leap second has come after that day (IERS Bulletin C), and ZTF began after it.
    private static let leapSeconds = 37.0

    /// Modified Julian date in TAI, days: ZTF's of the start of the exposure, LSST's of its middle.
    public var mjdTAI: Double {
        switch scale {
        case .utcStart: mjd + Self.leapSeconds / 86_400
        case .taiMiddle: mjd
        }
    }

    /// Seconds since 1970-01-01, UTC, without its leap seconds, as clocks of computers have them: of the same moment of the exposure
    /// as the epoch.
    public var secondsSince1970UTC: Double { (mjdTAI - 40_587) * 86_400 - Self.leapSeconds }
}
