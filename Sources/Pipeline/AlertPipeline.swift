package import Alerts
internal import Avro
package import Catalogues
package import Packets

/// Processes packets before they are written: decodes them, converts records to the archive's schema, and runs the stages.
///
/// An unusable packet carries its faults, and does not stop the others.
package struct AlertPipeline {
    /// Memory of a processed batch at most, bytes.
    private static let heldBytes = 32 << 20

    private var decoder: AlertDecoder
    /// Made when a survey's first alert comes.
    private var filters: [Survey: TransientFilter] = [:]
    private let catalogues: [Catalogue]
    private let demandsPurity: Bool
    /// Whether every alert is fitted, as where those were chosen before that come.
    package var fitsAll = false
    private let stages: StageList
    private let supernovae: SupernovaStage?
    private let library: FilterLibrary?
    /// Made when a survey's first alert comes, and again when the filters change.
    private var judges: [Survey: FilterJudge] = [:]
    private var schemas = RecentValues<(schema: AlertSchema, archived: ArchivedSchema)>(most: 64, bytes: 48 << 20)
    /// The schemas of the last batch.
    private var schemasBefore: Set<ObjectIdentifier> = []

    /// A pipeline with its stages.
    ///
    /// - Parameters:
    ///   - stages: The stages that are run on every alert before the filter.
    ///   - catalogues: What the surveys' own filters may ask of the sky.
    ///   - filters: The filters that judge every alert beside the survey's own; `nil` for none.
    ///   - demandsPurity: Whether the filtered stream gets only alerts that also pass the purity cut.
    ///   - supernovae: The stage that fits alerts that passed the filter; `nil` for no fits.
    ///   - schemaOfID: Looks up the schema of a Confluent frame's number.
    package init(
        stages: StageList = .standard, catalogues: [Catalogue] = [], filters: FilterLibrary? = nil,
        demandsPurity: Bool, supernovae: SupernovaStage?, schemaOfID: @escaping AlertDecoder.SchemaSource
    ) {
        self.stages = stages
        self.catalogues = catalogues
        library = filters
        self.demandsPurity = demandsPurity
        self.supernovae = supernovae
        decoder = AlertDecoder(schemaOfID: schemaOfID)
    }

    /// Processes the first packets of a batch, with their fits on all cores: as many as fit in memory, and at least one. A packet
    /// may be many times as long once it is inflated.
    ///
    /// - Returns: The processed packets, and the bytes of memory that they hold.
    package mutating func decodeFirst(of packets: ArraySlice<Packet>) -> (packets: [ProcessedPacket], bytes: Int) {
        decodeFirst(of: packets) { decoding, packet in
            if let problem = packet.problem { return Self.unusable(packet, problem) }
            return decoding.decodeOne(
                packet.bytes, position: packet.location.ordinal, member: packet.location.member)
        }
    }

    /// Processes the first packets of a batch in the same way, for packets without a location, such as a stream's messages.
    package mutating func decodeFirst(
        of packets: ArraySlice<(bytes: ArraySlice<UInt8>, origin: PacketOrigin?)>
    ) -> (packets: [ProcessedPacket], bytes: Int) {
        decodeFirst(of: packets) { decoding, packet in
            var decoded = decoding.decodeOne(packet.bytes, position: 0, member: nil)
            decoded.origin = packet.origin
            return decoded
        }
    }

    private mutating func decodeFirst<Source>(
        of packets: ArraySlice<Source>, _ decode: (inout AlertPipeline, Source) -> ProcessedPacket
    ) -> (packets: [ProcessedPacket], bytes: Int) {
        var decoded: [ProcessedPacket] = []
        decoded.reserveCapacity(packets.count)
        var held = HeldMemory(before: schemasBefore)
        for packet in packets where held.bytes < Self.heldBytes {
            let next = decode(&self, packet)
            held.add(next)
            decoded.append(next)
        }
        schemasBefore = held.schemas
        supernovae?.fit(&decoded)
        for index in decoded.indices { judge(&decoded[index]) }
        return (decoded, held.bytes)
    }

    /// Processes one packet, with the fits of its alerts.
    ///
    /// - Parameters:
    ///   - bytes: The packet.
    ///   - position: Its number in the source.
    ///   - member: Its name in the source.
    /// - Returns: The processed packet; unusable parts are among its faults.
    package mutating func decode(_ bytes: ArraySlice<UInt8>, position: Int, member: String?) -> ProcessedPacket {
        var decoded = [decodeOne(bytes, position: position, member: member)]
        supernovae?.fit(&decoded)
        judge(&decoded[0])
        return decoded[0]
    }

    /// The keys of the alerts in packets, with the packets' numbers in their source.
    ///
    /// - Throws: ``AlertError``, with code `schemaUnavailable`, after which the call may be repeated.
    package mutating func keys(of packets: [Packet]) throws(AlertError) -> [(key: AlertKey, offset: Int)] {
        var keys: [(AlertKey, Int)] = []
        for packet in packets {
            // A packet that cannot be decoded is a dead letter of its own worker.
            do throws(AlertError) {
                try decoder.decode(packet.bytes) { keys.append((AlertKey($0), packet.location.ordinal)) }
            } catch  where error.code == .schemaUnavailable { throw error } catch {}
        }
        return keys
    }

    private mutating func decodeOne(_ bytes: ArraySlice<UInt8>, position: Int, member: String?) -> ProcessedPacket {
        var decoded: [DecodedAlert] = []
        var faults: [PacketFault] = []
        decoder.decode(bytes) {
            decoded.append($0)
        } refusing: {
            faults.append($0)
        }
        var alerts: [ProcessedAlert] = []
        alerts.reserveCapacity(decoded.count)
        for alert in decoded {
            do throws(AvroError) { alerts.append(try process(alert)) } catch {
                faults.append(PacketFault(AlertError(error), part: alert.part))
            }
        }
        return ProcessedPacket(
            position: position, member: member, size: bytes.count, bytes: bytes, alerts: alerts, faults: faults)
    }

    /// Runs the stages and the filter that chooses the fits; the fits of a whole batch follow, and then the other filters.
    private mutating func process(_ decoded: DecodedAlert) throws(AvroError) -> ProcessedAlert {
        let (schema, survey) = (try archivedSchema(decoded.schema), decoded.schema.survey)
        var alert = ProcessedAlert(decoded: decoded, schema: schema, body: try schema.archived(decoded.body))
        stages.run(on: &alert)
        let filter = filter(of: survey)
        alert.verdict = filter.verdict(of: decoded)
        for name in filter.absent { alert.tallies[.catalogueMissing, name] += 1 }
        alert.isTransient = alert.verdict.isExtragalacticTransient && (alert.verdict.isPure || !demandsPurity)
        alert.isToFit = alert.isTransient
        if let judge = judge(of: survey), judge.choosesFits {
            alert.judged = judge.judgeForFit(alert)
            alert.isToFit = alert.judged.passesAny
        }
        alert.isToFit = alert.isToFit || fitsAll
        if alert.isTransient || alert.isToFit { try alert.makeMessage() }
        return alert
    }

    /// Judges the alerts of a packet, once they are fitted.
    private mutating func judge(_ packet: inout ProcessedPacket) {
        guard library != nil else { return }
        packet.alerts = packet.alerts.compactMap { alert in
            guard let judge = judge(of: alert.decoded.schema.survey), !judge.isEmpty else { return alert }
            var alert = alert
            alert.judged = judge.judge(alert)
            guard alert.message == nil, alert.judged.passesAny else { return alert }
            do throws(AvroError) { try alert.makeMessage() } catch {
                packet.faults.append(PacketFault(AlertError(error), part: alert.decoded.part))
                return nil
            }
            return alert
        }
    }

    private mutating func judge(of survey: Survey) -> FilterJudge? {
        guard let library else { return nil }
        let generation = library.generation
        if let known = judges[survey], known.generation == generation.number { return known }
        let judge = FilterJudge(library, generation, survey)
        judges[survey] = judge
        return judge
    }

    private mutating func filter(of survey: Survey) -> TransientFilter {
        if let known = filters[survey] { return known }
        let filter = TransientFilter(survey, catalogues)
        filters[survey] = filter
        return filter
    }

    private mutating func archivedSchema(_ schema: AlertSchema) throws(AvroError) -> ArchivedSchema {
        if let known = schemas.first(where: { $0.schema === schema }) { return known.archived }
        let archived = try ArchivedSchema(schema, stages: stages)
        schemas.add((schema, archived), bytes: schema.bytesInMemory + archived.bytesInMemory)
        return archived
    }

    private static func unusable(_ packet: Packet, _ problem: Packet.Problem) -> ProcessedPacket {
        var size = packet.bytes.count
        let error: AlertError
        switch problem {
        case .tooLong(let bytes):
            size = Int(clamping: bytes)
            error = AlertError(.tooLarge, detail: "\(bytes) bytes are more than a packet may have")
        case .sparse:
            error = AlertError(.notAvro, detail: "a sparse member of a tarball, which is not supported")
        case .damagedContainer(let detail):
            error = AlertError(.damaged, detail: detail)
        }
        return ProcessedPacket(
            position: packet.location.ordinal, member: packet.location.member, size: size, bytes: packet.bytes,
            alerts: [],
            faults: [PacketFault(error, part: .whole)])
    }
}
