/// One exposure of the camera: where it pointed, when, in which filter and how deep.
struct Visit: Sendable {
    /// MJD of the noon at which its night began, less a half: the number of the date `day_obs`.
    let night: Int
    /// Its place in the night, from 0.
    let sequence: Int
    /// The number of its field.
    let field: Int
    let band: LSSTBand
    /// Middle of the exposure, MJD TAI.
    let time: Double
    /// Noise of a point source on empty sky, nJy.
    let noise: Double
    /// Full width at half maximum of a star, arcsec.
    let seeing: Double
    /// Where the camera's centre stood off the field's, degrees.
    let dither: (x: Double, y: Double)
    /// Position angle of the camera's columns, from north through east, degrees, with its sine and cosine.
    let rotation: (degrees: Double, sine: Double, cosine: Double)
    /// Random numbers of the visit follow from it.
    let key: UInt64

    /// The survey's own number of it: the date, then the sequence in five digits.
    var number: Int64 { Int64(Self.date(night)) * 100_000 + Int64(sequence) }

    /// When its alerts were made, MJD TAI: two minutes later.
    var processed: Double { time + (0.5 * band.exposureTime + 115 + Double(key % 60)) / 86_400 }

    /// YYYYMMDD of an MJD.
    ///
    /// Source: Fliegel & Van Flandern 1968, Comm. ACM 11, 657.
    static func date(_ mjd: Int) -> Int {
        var l = mjd + 2_400_001 + 68_569
        let n = 4 * l / 146_097
        l -= (146_097 * n + 3) / 4
        let i = 4000 * (l + 1) / 1_461_001
        l += 31 - 1461 * i / 4
        let j = 80 * l / 2447
        return (100 * (n - 49) + i + j / 11) * 10_000 + (j + 2 - 12 * (j / 11)) * 100 + l - 2447 * j / 80
    }

    /// The number of a source that this visit found.
    ///
    /// Rubin's own layout, as its packets of 2026 have it: 42 bits for a night, of which 15 name the visit, 8 the detector
    /// and 19 the source.
    func sourceID(detector: Int, counter: Int) -> Int64 {
        precondition(sequence < 1 << 15 && detector < 1 << 8 && counter < 1 << 19)
        return Int64(night - 22_429) << 42 | Int64(sequence) << 27 | Int64(detector) << 19 | Int64(counter)
    }
}
