internal import Alerts
internal import Avro
internal import Foundation

/// Writes simulated alerts as ZTF packets of schema 4.02: an Avro container with one record.
struct PacketEncoder {
    private static let schema = Array(ZTFSchema.text.utf8)

    private let seed: UInt64
    private var encoder = BinaryEncoder(reserving: 70_000)

    init(seed: UInt64) { self.seed = seed }

    mutating func encode(_ alert: SimulatedAlert) throws(SimulatorError) -> [UInt8] {
        let (object, observation) = (alert.object, alert.observation)
        guard let source = observation.source else { preconditionFailure("an alert has a source") }
        encoder.removeAll(keepingCapacity: true)
        encoder.string(ZTFSchema.version)
        encoder.string("Nightjar simulator")
        encoder.string(object.objectId)
        encoder.long(source.candid)
        candidate(alert, source)
        history(alert.past)
        forced(alert)
        try cutouts(object, observation, candid: source.candid)
        var random = SeededRandom(seed: seed, 8, UInt64(bitPattern: source.candid))
        let sync = SyncMarker(low: random.next(), high: random.next())
        let container = ContainerEncoder(schema: Self.schema, codec: .null, sync: sync)
        var file = container.header
        do { try container.block(count: 1, data: encoder.bytes[...], into: &file) } catch {
            throw SimulatorError(.cannotEncode, detail: "packet \(source.candid): \(error)")
        }
        return file
    }

    // MARK: - Values of nullable fields, null first

    private mutating func float(_ value: Double?) {
        guard let value else { return encoder.branch(0) }
        encoder.branch(1)
        encoder.float(Float(value))
    }

    private mutating func double(_ value: Double?) {
        guard let value else { return encoder.branch(0) }
        encoder.branch(1)
        encoder.double(value)
    }

    private mutating func long(_ value: Int64?) {
        guard let value else { return encoder.branch(0) }
        encoder.branch(1)
        encoder.long(value)
    }

    private mutating func int(_ value: Int?) { long(value.map { Int64($0) }) }

    private mutating func string(_ value: String?) {
        guard let value else { return encoder.branch(0) }
        encoder.branch(1)
        encoder.string(value)
    }

    private mutating func floats(_ values: Double?...) { for value in values { float(value) } }

    // MARK: - The alert's own record

    private mutating func candidate(_ alert: SimulatedAlert, _ source: Observation.Source) {
        let (object, observation) = (alert.object, alert.observation)
        var random = SeededRandom(seed: seed, 9, UInt64(bitPattern: source.candid))
        encoder.double(observation.jd)
        encoder.long(Int64(observation.fid))
        encoder.long(observation.pid)
        float(observation.diffmaglim)
        string("ztf_\(alert.night)_\(observation.pid % 1_000_000)_scimrefdiffimg.fits")
        string("Kulkarni")
        encoder.long(1)
        encoder.long(source.candid)
        encoder.string(source.isPositive ? "t" : "f")
        long(Int64(random.int(0...200)))
        int(observation.nid)
        int(object.rcid)
        int(object.field)
        floats(random.uniform(40, 3030), random.uniform(40, 3030))
        encoder.double(source.ra)
        encoder.double(source.dec)
        encoder.float(Float(source.magpsf))
        encoder.float(Float(source.sigmapsf))
        shape(object, source, observation, &random)
        solarSystem(object)
        floats(random.uniform(0.6, 1), source.magpsf + 0.02, source.sigmapsf * 1.4)
        encoder.double(object.ra)
        encoder.double(object.dec)
        neighbours(object, &random)
        processing(alert, source, &random)
    }

    private mutating func shape(
        _ object: SimulatedObject, _ source: Observation.Source, _ observation: Observation,
        _ random: inout SeededRandom
    ) {
        floats(
            random.uniform(0.4, 2), source.magpsf - source.magdiff, source.sigmapsf * 1.2, object.reference.distance,
            object.reference.magnitude, random.uniform(0.01, 0.1), random.uniform(0.3, 3), random.uniform(-0.1, 0.3),
            random.uniform(-1, 1), source.magdiff, source.fwhm, object.kind == .bogus ? 0.2 : random.uniform(0.6, 1),
            random.uniform(40, 1500), observation.diffmaglim - source.magpsf, random.uniform(0.5, 2),
            source.fwhm * 0.35, source.fwhm * 0.35 / source.elong, 0.35, 0.35 / source.elong, source.elong)
        int(object.kind == .bogus ? random.int(3...20) : random.int(0...3))
        int(source.nbad)
        float(source.rb)
    }

    /// ZTF writes -999 and the text "null" where no known object is near.
    private mutating func solarSystem(_ object: SimulatedObject) {
        floats(object.asteroid?.distance ?? -999, object.asteroid?.magnitude ?? -999)
        string(object.asteroid?.name ?? "null")
    }

    /// The nearest Pan-STARRS source; -999 throughout where there is none.
    private mutating func neighbours(_ object: SimulatedObject, _ random: inout SeededRandom) {
        if let neighbour = object.neighbour {
            let r = neighbour.magnitude
            floats(r + 0.5, r, r - 0.2, r - 0.3, neighbour.score, neighbour.distance)
        } else {
            floats(-999, -999, -999, -999, -999, -999)
        }
    }

    private mutating func processing(
        _ alert: SimulatedAlert, _ source: Observation.Source, _ random: inout SeededRandom
    ) {
        let (object, observation) = (alert.object, alert.observation)
        let detections = alert.past.filter { $0.source != nil }
        encoder.long(Int64(detections.count + 1))
        encoder.long(Int64(alert.past.count + random.int(20...900)))
        double(detections.first?.jd ?? observation.jd)
        double(observation.jd)
        double(1.0857 / source.sigmapsf)
        int(0)
        let (second, third) = (random.uniform(8, 20), random.uniform(20, 30))
        long(Int64(random.next() >> 10))
        long(Int64(random.next() >> 10))
        for (index, distance) in [second, third].enumerated() {
            let r = random.uniform(17, 22)
            floats(r + 0.6, r, r - 0.3, r - 0.4, random.unit(), distance)
            if index == 0 { long(Int64(random.next() >> 10)) }
        }
        encoder.long(Int64(random.int(0...30)))
        encoder.long(Int64(object.field) * 1_000_000 + 120_000 + Int64(object.rcid))
        encoder.double(2_458_246.8)
        encoder.double(2_458_643.8)
        encoder.long(15)
        encoder.string("t17_f5_c3")
        floats(
            random.uniform(5, 30), random.uniform(5, 60), random.uniform(-30, 5), alert.zeroPoint,
            random.uniform(1e-6, 1e-4), random.uniform(0.02, 0.06))
        encoder.long(Int64(random.int(100...2500)))
        floats(
            random.uniform(-0.08, 0.12), 5e-5, -8e-5, alert.zeroPoint - 0.05, random.uniform(0.5, 0.9),
            random.uniform(0.1, 0.2), random.uniform(0, 90), random.uniform(20, 90), random.uniform(11, 20),
            random.uniform(10, 14), 30, object.kind == .bogus ? source.rb * 0.3 : min(1, source.rb * 1.05))
        encoder.string("d6_m7")
    }

    // MARK: - The past

    private mutating func history(_ past: [Observation]) {
        guard !past.isEmpty else { return encoder.branch(0) }
        encoder.branch(1)
        encoder.arrayStart(count: past.count)
        for observation in past { entry(observation) }
        encoder.arrayEnd()
    }

    private mutating func entry(_ observation: Observation) {
        let source = observation.source
        encoder.double(observation.jd)
        encoder.long(Int64(observation.fid))
        encoder.long(observation.pid)
        float(observation.diffmaglim)
        string("ztf_\(observation.pid)_scimrefdiffimg.fits.fz")
        string("Kulkarni")
        encoder.long(1)
        long(source?.candid)
        string(source.map { $0.isPositive ? "t" : "f" })
        long(source.map { _ in 7 })
        int(observation.nid)
        int(Int(observation.pid / 100 % 100))
        int(500)
        guard let source else {
            // From xpos to scorr, 38 nulls: an upper limit has no source.
            for _ in 0..<38 { encoder.branch(0) }
            floats(26.2, 1e-5, 0.03, -0.03, 1e-5)
            return encoder.string("t17_f5_c3")
        }
        floats(1500, 1500)
        double(source.ra)
        double(source.dec)
        floats(
            source.magpsf, source.sigmapsf, 1.1, source.magpsf - source.magdiff, source.sigmapsf * 1.2, 0.5, 18, 0.05,
            1,
            0.1, 0.2, source.magdiff, source.fwhm, 0.9, 800, observation.diffmaglim - source.magpsf, 1,
            source.fwhm * 0.35, source.fwhm * 0.35 / source.elong, 0.35, 0.35 / source.elong, source.elong)
        int(1)
        int(source.nbad)
        floats(source.rb, -999, -999)
        string("null")
        floats(0.9, source.magpsf, source.sigmapsf * 1.4)
        double(source.ra)
        double(source.dec)
        double(1.0857 / source.sigmapsf)
        floats(26.2, 1e-5, 0.03, -0.03, 1e-5)
        encoder.string("t17_f5_c3")
    }

    /// Forced photometry at the object's place in the exposures of its past; one in ten failed, as ZTF writes that.
    private mutating func forced(_ alert: SimulatedAlert) {
        guard !alert.past.isEmpty else { return encoder.branch(0) }
        encoder.branch(1)
        encoder.arrayStart(count: alert.past.count)
        for observation in alert.past {
            var random = SeededRandom(seed: seed, 10, UInt64(bitPattern: observation.pid))
            let failed = random.chance(0.1)
            let error = pow(10, 0.4 * (26.2 - observation.diffmaglim)) / 5
            let sign = observation.source?.isPositive == false ? -1.0 : 1
            let truth = observation.source.map { sign * pow(10, 0.4 * (26.2 - $0.magpsf)) } ?? 0
            int(500)
            int(alert.object.rcid)
            encoder.long(Int64(observation.fid))
            encoder.long(observation.pid)
            encoder.long(Int64(alert.object.field) * 1_000_000 + 120_000)
            floats(random.uniform(1.2, 3), 250, 12, 26.2, 1e-5, 0.03, -0.03, 1e-5, 30, 0.1, 0.1, observation.diffmaglim)
            encoder.long(1)
            encoder.double(observation.jd)
            floats(failed ? -99_999 : truth + error * random.normal(), failed ? -99_999 : error)
            string(failed ? "61" : "0")
            float(failed ? -99_999 : 0.5)
            encoder.double(failed ? -99_999 : alert.object.ra)
            encoder.double(failed ? -99_999 : alert.object.dec)
            for value in [18, 0.05, 1, 0.1] { float(failed ? -99_999 : value) }
        }
        encoder.arrayEnd()
    }

    private mutating func cutouts(
        _ object: SimulatedObject, _ observation: Observation, candid: Int64
    ) throws(SimulatorError) {
        let images = try CutoutImages(object: object, observation: observation, seed: seed)
        for (name, image) in [("sci", images.science), ("ref", images.template), ("diff", images.difference)] {
            encoder.branch(1)
            encoder.string("candid\(candid)_pid\(observation.pid)_targ_\(name).fits.gz")
            encoder.bytes(image)
        }
    }
}
