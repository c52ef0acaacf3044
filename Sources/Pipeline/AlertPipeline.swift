package import Alerts
internal import Avro
package import Packets

/// All that is computed of packets before they are written: decoded, put in the archive's form, seen by each stage.
///
/// A packet that cannot be used carries the reason with it and stops nothing.
package struct AlertPipeline {
    /// What a batch may hold in memory before it is handed on, bytes.
    private static let heldBytes = 32 << 20

    private var decoder: AlertDecoder
    private let filter = ExtragalacticFilter()
    private let demandsPurity: Bool
    private let stages: StageList
    private let supernovae: SupernovaStage?
    private var schemas = RecentValues<(schema: AlertSchema, archived: ArchivedSchema)>(most: 64, bytes: 48 << 20)
    /// Those of the last batch.
    private var schemasBefore: Set<ObjectIdentifier> = []

    /// - Parameters:
    ///   - stages: What is run on every alert before the filter.
    ///   - demandsPurity: Whether the filtered stream takes only alerts that also pass the purity cut.
    ///   - supernovae: How candidates are fitted; `nil` where they are not.
    ///   - schemaOfID: Answers the schema of a Confluent frame's number.
    package init(
        stages: StageList = .standard, demandsPurity: Bool, supernovae: SupernovaStage?,
        schemaOfID: @escaping AlertDecoder.SchemaSource
    ) {
        self.stages = stages
        self.demandsPurity = demandsPurity
        self.supernovae = supernovae
        decoder = AlertDecoder(schemaOfID: schemaOfID)
    }

    /// The first packets of a batch, their fits done on all cores: as many as may be held in memory at once, and one at least.
    /// A packet may be many times as long once it is inflated.
    ///
    /// - Returns: What was decoded, and the bytes of memory that it holds.
    package mutating func decodeFirst(of packets: ArraySlice<Packet>) -> (packets: [ProcessedPacket], bytes: Int) {
        decodeFirst(of: packets) { decoding, packet in
            if let problem = packet.problem { return Self.unusable(packet, problem) }
            return decoding.decodeOne(
                packet.bytes, position: packet.location.ordinal, member: packet.location.member)
        }
    }

    /// The same for packets that come without a place of their own, as a stream's messages do.
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
        return (decoded, held.bytes)
    }

    package mutating func decode(_ bytes: ArraySlice<UInt8>, position: Int, member: String?) -> ProcessedPacket {
        var decoded = [decodeOne(bytes, position: position, member: member)]
        supernovae?.fit(&decoded)
        return decoded[0]
    }

    /// The alerts in packets, of which nothing else is wanted.
    ///
    /// - Throws: ``AlertError/Code/schemaUnavailable``: the same may be asked again.
    package mutating func keys(of packets: [Packet]) throws(AlertError) -> [(key: AlertKey, offset: Int)] {
        var keys: [(AlertKey, Int)] = []
        for packet in packets {
            // What cannot be decoded is a dead letter of whoever has it.
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

    /// Runs the stages and the filter; the fits follow for a whole batch.
    private mutating func process(_ decoded: DecodedAlert) throws(AvroError) -> ProcessedAlert {
        let schema = try archivedSchema(decoded.schema)
        var alert = ProcessedAlert(decoded: decoded, schema: schema, body: try schema.archived(decoded.body))
        stages.run(on: &alert)
        alert.verdict = filter.verdict(of: decoded.alert)
        if alert.verdict.isExtragalacticTransient && (alert.verdict.isPure || !demandsPurity) {
            alert.message = try schema.filtered.message(alert.body, adding: alert.values)[...]
        }
        return alert
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
            error = AlertError(.notAvro, detail: "a sparse member of a tarball, which is not read")
        case .damagedContainer(let detail):
            error = AlertError(.damaged, detail: detail)
        }
        return ProcessedPacket(
            position: packet.location.ordinal, member: packet.location.member, size: size, bytes: packet.bytes,
            alerts: [],
            faults: [PacketFault(error, part: .whole)])
    }
}
