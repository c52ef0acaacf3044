internal import Avro

/// Writes simulated alerts as LSST's packets. One encoder, whose memory is used again, for each thread.
struct LSSTEncoder {
    private static let flatBytes = 150_000

    private let plan: PacketPlan
    private let frame: PacketPlan.Frame
    private let schedule: VisitSchedule
    private let model: SupernovaModel
    private var body = BinaryEncoder(reserving: flatBytes)
    private var top = RecordValues<PacketTopField>()
    private var source = RecordValues<DiaSourceField>()
    private var forced = RecordValues<DiaForcedField>()
    private var object = RecordValues<DiaObjectField>()
    private var solarSystem = RecordValues<SSSourceField>()
    private var orbit = RecordValues<OrbitField>()
    private var cutouts = LSSTCutouts()
    private let reliabilityVersion = Array("simulated 1".utf8)

    init(plan: PacketPlan, frame: PacketPlan.Frame, schedule: VisitSchedule, model: SupernovaModel) {
        (self.plan, self.frame, self.schedule, self.model) = (plan, frame, schedule, model)
        source.text(.reliabilityVersion, reliabilityVersion)
    }

    /// The packet of an alert.
    mutating func encode(_ alert: LSSTAlert) throws(SimulatorError) -> [UInt8] {
        let detected =
            switch alert.entry {
            case .object(let object, let look): DetectedSource(object, look, in: alert.visit, centre: alert.centre)
            case .artefact(let artefact): DetectedSource(artefact, in: alert.visit, centre: alert.centre)
            }
        body.removeAll(keepingCapacity: true)
        cutouts.draw(detected)
        for part in plan.parts { write(part, of: alert, detected) }
        if frame == .confluent { return ConfluentFrame(schemaID: plan.schemaID, body: body.bytes[...]).bytes }
        let sync = SyncMarker(low: detected.key, high: UInt64(bitPattern: detected.id))
        let container = ContainerEncoder(schema: plan.schema, codec: .null, sync: sync)
        var file = container.header
        do { try container.block(count: 1, data: body.bytes[...], into: &file) } catch {
            throw SimulatorError(.cannotEncode, detail: "packet \(detected.id): \(error)")
        }
        return file
    }

    private mutating func write(_ part: PacketPlan.Part, of alert: LSSTAlert, _ detected: DetectedSource) {
        let asteroid = alert.asteroid
        switch part {
        case .constant(let bytes): body.raw(bytes)
        case .top(let plan):
            let name = schedule.name(of: alert.visit.field)
            top.integer(.diaSourceId, detected.id)
            top.text(.observation_reason, name.reason)
            top.text(.target_name, name.target)
            plan.encode(top, into: &body)
        case .source:
            detected.fill(
                &source, object: alert.objectID, asteroid: asteroid?.ssObjectId ?? 0, asOf: alert.visit.processed)
            plan.source.encode(source, into: &body)
        case .past(let branches): writePast(alert, branches)
        case .forced(let branches): writeForced(alert, branches)
        case .object(let branches):
            guard begin(branches, isThere: asteroid == nil) else { return }
            fillObject(alert, detected)
            plan.object.encode(object, into: &body)
        case .solarSystem(let branches):
            guard begin(branches, isThere: asteroid != nil), let asteroid else { return }
            asteroid.fill(&solarSystem, of: detected, truth: alert.position)
            plan.solarSystem.encode(solarSystem, into: &body)
        case .orbit(let branches):
            guard begin(branches, isThere: asteroid != nil), let asteroid else { return }
            asteroid.fill(&orbit)
            plan.orbit.encode(orbit, into: &body)
        case .cutout(let kind, let branches):
            _ = begin(branches, isThere: true)
            cutouts.write(kind)
            body.bytes(cutouts.file)
        }
    }

    /// Writes the branch of a union.
    ///
    /// - Returns: Whether the value follows.
    private mutating func begin(_ branches: PacketPlan.Branches?, isThere: Bool) -> Bool {
        guard let branches else { return true }
        body.branch(isThere ? branches.value : branches.null)
        return isThere
    }

    /// Null where there is none, as Rubin writes it.
    private mutating func writePast(_ alert: LSSTAlert, _ branches: PacketPlan.Branches?) {
        guard begin(branches, isThere: !alert.past.isEmpty) else { return }
        body.arrayStart(count: alert.past.count)
        for point in alert.past {
            let detected = DetectedSource(point.object, point.look, in: point.visit, centre: alert.centre)
            detected.fill(&source, object: alert.objectID, asteroid: 0, asOf: alert.visit.processed)
            plan.past.encode(source, into: &body)
        }
        body.arrayEnd()
    }

    /// Null for the solar system; else a list, empty for what nothing is known of.
    private mutating func writeForced(_ alert: LSSTAlert, _ branches: PacketPlan.Branches?) {
        guard begin(branches, isThere: alert.asteroid == nil) else { return }
        body.arrayStart(count: alert.forced.count)
        let (ra, dec) = alert.position
        for point in alert.forced {
            let visit = point.visit
            forced.integer(.diaForcedSourceId, visit.sourceID(detector: point.detector, counter: point.counter))
            forced.integer(.diaObjectId, alert.objectID)
            forced.number(.ra, ra)
            forced.number(.dec, dec)
            forced.integer(.visit, visit.number)
            forced.integer(.detector, Int64(point.detector))
            forced.number(.psfFlux, point.flux)
            forced.number(.psfFluxErr, point.error)
            forced.number(.midpointMjdTai, visit.time)
            forced.number(.scienceFlux, point.template + point.flux)
            forced.number(.scienceFluxErr, 1.02 * point.error)
            forced.text(.band, visit.band.letter)
            forced.number(.timeProcessedMjdTai, visit.processed)
            plan.forced.encode(forced, into: &body)
        }
        body.arrayEnd()
    }

    private mutating func fillObject(_ alert: LSSTAlert, _ detected: DetectedSource) {
        let (ra, dec) = alert.kind == .artefact ? (detected.ra, detected.dec) : alert.position
        let error = detected.positionError * FocalPlane.pixel / 3600 / Double(alert.past.count + 1).squareRoot()
        object.integer(.diaObjectId, alert.objectID)
        object.number(.validityStartMjdTai, alert.visit.processed)
        object.number(.ra, ra)
        object.number(.dec, dec)
        object.number(.raErr, error)
        object.number(.decErr, error)
        object.number(.ra_dec_Cov, 0)
        object.number(.firstDiaSourceMjdTai, alert.first)
        object.number(.lastDiaSourceMjdTai, alert.visit.time)
        object.integer(.nDiaSources, Int64(alert.detections))
        var summary = ObjectSummary()
        for point in alert.past { summary.addDetection(point.look.flux, point.look.error, in: point.visit) }
        summary.addDetection(detected.flux, detected.error, in: alert.visit)
        for point in alert.forced { summary.addForced(point) }
        summary.fill(&object)
    }
}
