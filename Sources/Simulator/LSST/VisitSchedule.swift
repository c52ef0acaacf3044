internal import Foundation

/// Which visits a survey makes on which night, for all nights: it follows from the seed and the number of alerts of a night.
///
/// Fields of the wide survey come in pairs of visits in two filters, each field every four nights or so, as long as it is in
/// the night's sky: four months of a year. A fifth of the visits is of one of the deep fields, several of it each night. The
/// more alerts a night has the more visits there are, up to 10,000 alerts of each, and the more fields the survey has.
struct VisitSchedule: Sendable {
    /// The date of the survey's first night, and its MJD.
    static let firstDate = 20_250_701
    static let firstNight = 60_857
    private static let deepFields: [(name: String, ra: Double, dec: Double)] = [
        ("ddf_elaiss1", 9.45, -44.02), ("ddf_xmm_lss", 35.57, -4.82), ("ddf_ecdfs", 52.98, -28.12),
        ("ddf_edfs_a", 58.9, -49.32), ("ddf_cosmos", 150.11, 2.23),
    ]
    /// Fields with numbers from here on are deep ones.
    static let firstDeepField = 1 << 20
    /// Fields that take turns at one hour of right ascension.
    private static let turns = 4

    let seed: UInt64
    let alerts: Int
    /// Of a night.
    let visits: Int
    /// Visits of the wide survey, and its pairs, of which the last may lack its second.
    private let wideVisits: Int
    private let pairs: Int
    /// Pairs between whose first and second visits the others' first ones lie.
    private let block: Int
    /// Groups of fields around the sky; a night reaches a third of them.
    private let groups: Int
    /// Days between two visits.
    private let spacing: Double

    init(seed: UInt64, alerts: Int) {
        self.seed = seed
        self.alerts = alerts
        let perVisit = min(10_000, max(200, alerts / 20))
        visits = max(1, alerts / perVisit)
        let deep = visits >= 10 ? visits / 5 : 0
        wideVisits = visits - deep
        pairs = (wideVisits + 1) / 2
        groups = 3 * pairs
        spacing = min(0.36 / Double(visits), 0.023)
        block = min(pairs, max(1, Int((0.023 / spacing).rounded())))
    }

    /// How many alerts a visit of a night has.
    func alerts(inVisit sequence: Int) -> Int { alerts / visits + (sequence < alerts % visits ? 1 : 0) }

    /// The number of the night's first alert of a visit.
    func firstAlert(ofVisit sequence: Int) -> Int {
        alerts / visits * sequence + min(sequence, alerts % visits)
    }

    /// The visit that an alert of a night is of.
    func visit(ofAlert index: Int) -> Int {
        let (each, more) = alerts.quotientAndRemainder(dividingBy: visits)
        return index < more * (each + 1) ? index / (each + 1) : more + (index - more * (each + 1)) / max(1, each)
    }

    // MARK: - Visits

    /// A visit of a night.
    func visit(night: Int, sequence: Int) -> Visit {
        if sequence >= wideVisits {
            return visit(
                night, sequence, field: Self.firstDeepField + deepField(night), band: deepBand(night, sequence))
        }
        let (pair, isSecond) = self.pair(sequence)
        let group = (firstGroup(night) + pair) % groups
        let bands = Self.bands(night: night, random: key(night, 1 << 20 + pair))
        return visit(
            night, sequence, field: group * Self.turns + turn(group, night), band: isSecond ? bands.1 : bands.0)
    }

    /// All visits of a field from the survey's first night through a visit, in their order.
    func visits(of field: Int, through last: Visit) -> [Visit] {
        var found: [Visit] = []
        for night in Self.firstNight...max(Self.firstNight, last.night) {
            let sequences = sequences(of: field, on: night)
            for sequence in sequences where night < last.night || sequence <= last.sequence {
                found.append(visit(night: night, sequence: sequence))
            }
        }
        return found
    }

    private func sequences(of field: Int, on night: Int) -> [Int] {
        if field >= Self.firstDeepField {
            guard wideVisits < visits, deepField(night) == field - Self.firstDeepField else { return [] }
            return Array(wideVisits..<visits)
        }
        let group = field / Self.turns
        let pair = (group - firstGroup(night) + groups) % groups
        guard pair < pairs, turn(group, night) == field % Self.turns else { return [] }
        let blockStart = pair / block * block
        let size = min(block, pairs - blockStart)
        let first = blockStart + pair
        return [first, first + size].filter { $0 < wideVisits }
    }

    /// The pair that a visit belongs to, and whether it is the second of it.
    private func pair(_ sequence: Int) -> (Int, isSecond: Bool) {
        let start = sequence / (2 * block) * block
        let size = min(block, pairs - start)
        let place = sequence - 2 * start
        return place < size ? (start + place, false) : (start + place - size, true)
    }

    private func visit(_ night: Int, _ sequence: Int, field: Int, band: LSSTBand) -> Visit {
        let key = key(night, sequence)
        var random = SeededRandom(seed: key, 1)
        let time = Double(night) + 1 + spacing * (Double(sequence) + 0.5 + random.uniform(-0.1, 0.1))
        let seeing = 0.72 + 0.5 * random.unit() * random.unit() + 0.1 * random.unit()
        // Worse seeing and moonlight make a visit shallower.
        let limit = band.depth - 1.25 * (seeing - 0.9) + 0.12 * random.normal()
        let angle = random.uniform(0, 360)
        let (reach, direction) = (0.35 * random.unit().squareRoot(), random.uniform(0, 2 * Double.pi))
        return Visit(
            night: night, sequence: sequence, field: field, band: band, time: time,
            noise: LSSTBand.flux(magnitude: limit) / 5, seeing: seeing,
            dither: (reach * cos(direction), reach * sin(direction)),
            rotation: (angle, sin(angle * Double.pi / 180), cos(angle * Double.pi / 180)), key: key)
    }

    private func key(_ night: Int, _ number: Int) -> UInt64 {
        var random = SeededRandom(seed: seed, 40, UInt64(night), UInt64(number))
        return random.next()
    }

    // MARK: - Fields

    /// What a field is called, as `target_name` has it.
    func name(of field: Int) -> (target: String, reason: String) {
        guard field >= Self.firstDeepField else { return ("lowdust", "pairs_33") }
        let name = Self.deepFields[field - Self.firstDeepField].name
        return ("lowdust, \(name)", name)
    }

    /// The centre of a field, degrees.
    func centre(of field: Int) -> (ra: Double, dec: Double) {
        if field >= Self.firstDeepField {
            let deep = Self.deepFields[field - Self.firstDeepField]
            return (deep.ra, deep.dec)
        }
        let (group, turn) = field.quotientAndRemainder(dividingBy: Self.turns)
        var random = SeededRandom(seed: seed, 41, UInt64(field))
        let ra = 360 * (Double(group) + 0.5) / Double(groups) + random.uniform(-2, 2)
        return (
            ra < 0 ? ra + 360 : ra.truncatingRemainder(dividingBy: 360), -8 - 16 * Double(turn) + random.uniform(-4, 4)
        )
    }

    /// The first group of fields of a night: those in the meridian as it begins.
    private func firstGroup(_ night: Int) -> Int {
        Int(Double(groups) * Self.siderealTime(Double(night) + 1) / 360) % groups
    }

    /// Which of a group's fields a night has: each once in four nights, in another order each time.
    private func turn(_ group: Int, _ night: Int) -> Int {
        var random = SeededRandom(seed: seed, 42, UInt64(group), UInt64(night / Self.turns))
        var order = [0, 1, 2, 3] as SIMD4<Int>
        for place in [3, 2, 1] {
            let other = random.int(0...place)
            (order[place], order[other]) = (order[other], order[place])
        }
        return order[night % Self.turns]
    }

    /// The deep field that stands highest about midnight.
    private func deepField(_ night: Int) -> Int {
        let meridian = Self.siderealTime(Double(night) + 1.18)
        func distance(_ ra: Double) -> Double { abs((ra - meridian + 540).truncatingRemainder(dividingBy: 360) - 180) }
        return Self.deepFields.indices.min { distance(Self.deepFields[$0].ra) < distance(Self.deepFields[$1].ra) } ?? 0
    }

    private func deepBand(_ night: Int, _ sequence: Int) -> LSSTBand {
        let order: [LSSTBand] = Self.isDark(night) ? [.g, .r, .i, .u, .z] : [.r, .i, .z, .g, .y]
        return order[(sequence - wideVisits + night) % order.count]
    }

    /// Local sidereal time of Cerro Pachón, degrees.
    ///
    /// Source: Meeus, Astronomical Algorithms, 12.4, to its first two terms; the site's longitude is 70.75 degrees west.
    private static func siderealTime(_ mjd: Double) -> Double {
        let angle = 280.46062 + 360.98564737 * (mjd - 51_544.5) - 70.75
        return (angle.truncatingRemainder(dividingBy: 360) + 360).truncatingRemainder(dividingBy: 360)
    }

    /// Whether less than half of the moon is lit.
    private static func isDark(_ night: Int) -> Bool {
        let age = ((Double(night) + 1.2 - 51_549.76) / 29.530589).truncatingRemainder(dividingBy: 1)
        return age < 0.25 || age > 0.75
    }

    /// The two filters of a pair.
    private static func bands(night: Int, random key: UInt64) -> (LSSTBand, LSSTBand) {
        var random = SeededRandom(seed: key, 2)
        let number = random.unit()
        if isDark(night) {
            return number < 0.25 ? (.u, .g) : number < 0.6 ? (.g, .r) : number < 0.85 ? (.r, .i) : (.i, .z)
        }
        return number < 0.15 ? (.g, .r) : number < 0.4 ? (.r, .i) : number < 0.7 ? (.i, .z) : (.z, .y)
    }
}
