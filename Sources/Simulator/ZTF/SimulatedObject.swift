internal import Foundation

/// One object of the simulated sky: what it is, where it is, and how bright it is when.
///
/// Everything follows from the seed and the object's number, so that each of its packets tells the same past.
struct SimulatedObject {
    let number: Int
    let kind: SkyClass
    let objectId: String
    let ra: Double
    let dec: Double
    let rcid: Int
    let field: Int
    /// Magnitude around which it varies, and by how much.
    let magnitude: Double
    let amplitude: Double
    let supernova: Supernova?
    /// Of the catalogue source beside it: distance, arcsec, star score and r magnitude.
    let neighbour: (distance: Double, score: Double, magnitude: Double)?
    /// Of the reference image's source beside it.
    let reference: (distance: Double, magnitude: Double)
    /// Of a known asteroid.
    let asteroid: (name: String, distance: Double, magnitude: Double)?
    /// When a cataclysmic variable's outburst began, MJD.
    private let outburst: Double
    private let seed: UInt64

    /// `night` is the night's middle, MJD, around which supernovae peak.
    init(number: Int, seed: UInt64, night: Double) {
        var random = SeededRandom(seed: seed, 1, UInt64(number))
        self.number = number
        self.seed = seed
        kind = SkyClass(random.unit())
        objectId = Self.name(number, kind: kind)
        ra = random.uniform(0, 360)
        // Even on the sphere between -28 and +80 degrees, what Palomar sees.
        let (low, high) = (sin(-28 * Double.pi / 180), sin(80 * Double.pi / 180))
        dec = asin(random.uniform(low, high)) * 180 / Double.pi
        rcid = random.int(0...63)
        field = random.int(200...880)
        supernova = kind == .supernova ? Self.supernova(&random, night: night) : nil
        magnitude = kind == .bogus ? random.uniform(17.5, 20.3) : 15.5 + 4.6 * random.unit().squareRoot()
        amplitude = kind == .cataclysmic ? random.uniform(0.2, 0.6) : random.uniform(0.05, 0.4)
        neighbour = Self.neighbour(kind, magnitude: magnitude, &random)
        reference = (
            kind == .asteroid || kind == .bogus ? random.uniform(2, 30) : random.uniform(0.05, 1.2),
            random.uniform(15, 21.5)
        )
        outburst = night - random.uniform(0.5, 8)
        // One asteroid in eight is not in the ephemeris.
        asteroid =
            kind == .asteroid && !random.chance(0.125)
            ? (String(random.int(1000...480_000)), random.uniform(0, 2), magnitude + 0.1 * random.normal()) : nil
    }

    /// ZTF's names: the year of the first detection and seven letters.
    private static func name(_ number: Int, kind: SkyClass) -> String {
        let year = kind == .star || kind == .agn ? 18 + number % 6 : 24
        var letters: [UInt8] = []
        // A step that is coprime to 26^7 spreads neighbouring numbers over the alphabet and keeps them apart.
        var rest = (number &* 3_014_656_733 &+ 11) % 8_031_810_176
        for _ in 0..<7 {
            letters.append(UInt8(ascii: "a") + UInt8(rest % 26))
            rest /= 26
        }
        return "ZTF\(year)" + String(decoding: letters.reversed(), as: UTF8.self)
    }

    /// A supernova that is bright enough to be found tonight.
    private static func supernova(_ random: inout SeededRandom, night: Double) -> Supernova {
        var limit = 0.1
        while true {
            // Volume grows as the cube of the redshift.
            let z = max(0.012, limit * pow(random.unit(), 1.0 / 3))
            let phase = random.uniform(-11, 30)
            let found = Supernova(
                z: z, t0: night - phase * (1 + z), x1: 0.9 * random.normal() - 0.1, c: 0.09 * random.normal())
            let brightest = [1, 2].compactMap { found.magnitude(mjd: night, fid: $0) }.min() ?? 99
            if brightest < 19.6 { return found }
            limit = max(0.015, limit * 0.93)
        }
    }

    private static func neighbour(
        _ kind: SkyClass, magnitude: Double, _ random: inout SeededRandom
    ) -> (Double, Double, Double)? {
        switch kind {
        case .star, .cataclysmic: (random.uniform(0.02, 0.9), random.uniform(0.8, 1), magnitude - random.uniform(0, 1))
        case .agn: (random.uniform(0.02, 0.5), random.uniform(0, 0.35), magnitude - random.uniform(0, 2))
        case .supernova: (random.uniform(0.4, 7), random.uniform(0, 0.25), random.uniform(15, 21))
        case .asteroid, .bogus:
            random.chance(0.1)
                ? nil
                : (random.uniform(1, 25), random.chance(0.6) ? random.uniform(0.8, 1) : 0.2, random.uniform(16, 22))
        }
    }

    // MARK: - Looks at it

    /// Whether the object alerts twice in the night, so that its second packet tells of its first.
    var alertsTwice: Bool {
        var random = SeededRandom(seed: seed, 2, UInt64(number))
        return kind != .bogus && random.chance(0.25)
    }

    /// The exposures of the thirty nights before, oldest first.
    func past(before midnight: Double) -> [Observation] {
        var random = SeededRandom(seed: seed, 3, UInt64(number))
        let looks = random.int(5...24)
        var observations: [Observation] = []
        var epochs = (0..<looks).map { _ in (night: random.int(1...30), fid: random.int(1...2)) }
        epochs.sort { ($0.night, $0.fid) > ($1.night, $1.fid) }
        var last = (night: 0, fid: 0)
        // One look in each filter a night.
        for (index, epoch) in epochs.enumerated() where epoch != last {
            last = epoch
            let day = midnight - Double(epoch.night)
            let jd = Self.rounded(day + 0.15 + 0.3 * random.unit() + (epoch.fid == 1 ? 0 : 0.04))
            observations.append(observe(jd: jd, fid: epoch.fid, look: index, isTonight: false))
        }
        return observations
    }

    /// Tonight's exposure that raises an alert; `look` is 1000 for the first, 1001 for the second.
    func tonight(jd: Double, look: Int) -> Observation {
        var random = SeededRandom(seed: seed, 4, UInt64(number))
        let first = random.int(1...2)
        let fid = look == 1000 ? first : 3 - first
        return observe(jd: Self.rounded(jd), fid: fid, look: look, isTonight: true)
    }

    /// ZTF gives its times to 1e-7 day.
    private static func rounded(_ jd: Double) -> Double { (jd * 1e7).rounded() / 1e7 }

    private func observe(jd: Double, fid: Int, look: Int, isTonight: Bool) -> Observation {
        var random = SeededRandom(seed: seed, 5, UInt64(number), UInt64(look))
        let nid = Int((jd - 2_457_754.5).rounded(.down))
        let fraction = Int((jd - 2_457_754.5 - Double(nid)) * 1e5)
        let pid = ((Int64(nid) * 100_000 + Int64(fraction)) * 100 + Int64(rcid)) * 100 + 15
        let limit = 20.4 + (fid == 1 ? 0.2 : 0) + 0.35 * random.normal()
        var observation = Observation(jd: jd, fid: fid, pid: pid, nid: nid, diffmaglim: limit)
        let truth = brightness(jd: jd, fid: fid, &random)
        guard isTonight || truth.map({ $0.magnitude < limit && random.chance(chanceOfDetection) }) == true else {
            return observation
        }
        let (magpsf, isPositive) = truth ?? (limit - 0.5, true)
        let sigma = 1.0857 / 5 * pow(10, 0.4 * (min(magpsf, limit) - limit)) + 0.01
        let isBogus = kind == .bogus
        // ZTF's codes of the two signs; the second alert of a night takes the second of each, so that no two are the same.
        let second = look == 1001
        let code: Int64 = (isPositive ? (second ? 115_000 : 15_000) : second ? 20_000 : 10_000) + Int64(number % 1000)
        let scatter = 0.05 / 3600
        observation.source = Observation.Source(
            candid: pid * 1_000_000 + code, magpsf: min(magpsf, limit) + sigma * random.normal(), sigmapsf: sigma,
            isPositive: isPositive, rb: isBogus ? random.uniform(0, 0.3) : random.uniform(0.55, 0.99),
            fwhm: isBogus ? random.uniform(0.8, 9) : random.uniform(1.8, 3.4),
            elong: isBogus ? random.uniform(1.3, 4) : 1 + 0.25 * random.unit(),
            magdiff: (isBogus ? 0.6 : 0.05) * random.normal(),
            nbad: isBogus && random.chance(0.4) ? random.int(1...6) : 0,
            ra: ra + scatter * random.normal() / cos(dec * Double.pi / 180), dec: dec + scatter * random.normal())
        return observation
    }

    /// How often an earlier look found it, of those deep enough. A star's subtraction is seldom significant.
    private var chanceOfDetection: Double {
        switch kind {
        case .star: 0.26
        case .agn: 0.3
        case .supernova, .cataclysmic: 0.97
        case .asteroid: 0
        case .bogus: 0.04
        }
    }

    /// The true magnitude of the difference, and its sign; `nil` where there is nothing.
    private func brightness(jd: Double, fid: Int, _ random: inout SeededRandom) -> (
        magnitude: Double, isPositive: Bool
    )? {
        switch kind {
        case .supernova: return supernova?.magnitude(mjd: jd - 2_400_000.5, fid: fid).map { ($0, true) }
        case .cataclysmic:
            guard jd - 2_400_000.5 > outburst else { return nil }
            return (magnitude + amplitude * random.normal(), true)
        case .star, .agn: return (magnitude + amplitude * random.normal(), random.chance(kind == .agn ? 0.6 : 0.5))
        case .asteroid, .bogus: return (magnitude + 0.1 * random.normal(), true)
        }
    }
}
