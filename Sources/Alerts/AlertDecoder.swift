package import Avro

/// Turns packets into alerts, whatever they are wrapped in.
///
/// It keeps the writer schemas it has met, so one decoder serves one thread for as long as it runs.
package struct AlertDecoder {
    /// Answers the schema of a Confluent frame's number.
    package typealias SchemaSource = @Sendable (UInt32) -> SchemaAnswer

    private let limits: ContainerLimits
    private let schemaOfID: SchemaSource
    /// A survey has a handful; a hostile stream of new ones cannot fill the memory.
    private var schemas = RecentValues<(writer: AvroSchema, known: Result<AlertSchema, AlertError>)>(
        most: 64, bytes: 32 << 20)
    private var last: AlertSchema?
    /// As wide as the last record was, so that a new record's arrays are made at their size.
    private var scratch = ProjectedRecord()

    package init(limits: ContainerLimits = ContainerLimits(), schemaOfID: @escaping SchemaSource = { _ in .unknown }) {
        self.limits = limits
        self.schemaOfID = schemaOfID
    }

    /// Gives each alert of a packet to `take`, in order.
    ///
    /// - Throws: ``AlertError`` at the first fault, after the sound alerts before it were given.
    package mutating func decode(
        _ packet: ArraySlice<UInt8>, _ take: (DecodedAlert) -> Void
    ) throws(AlertError) {
        guard let first = packet.first else { throw AlertError(.empty, detail: "the packet is empty") }
        switch first {
        case 0: take(try decodeFrame(packet))
        case ContainerHeader.magic[0]: try decodeContainer(packet, take)
        default:
            throw AlertError(
                .notAvro,
                detail: "neither an Avro container (\"Obj\", 1) nor a Confluent frame (0): it begins with \(first)")
        }
    }

    // MARK: - Wrappings

    private mutating func decodeFrame(_ packet: ArraySlice<UInt8>) throws(AlertError) -> DecodedAlert {
        let frame: ConfluentFrame
        do { frame = try ConfluentFrame.parse(packet) } catch { throw AlertError(error) }
        let writer = try schemaOfID(frame.schemaID).schema(frame.schemaID)
        let (alert, _) = try decodeRecord(
            frame.body, schema: try alertSchema(writer), envelope: .confluent(schemaID: frame.schemaID),
            at: ConfluentFrame.headerBytes, isWhole: true)
        return alert
    }

    private mutating func decodeContainer(
        _ packet: ArraySlice<UInt8>, _ take: (DecodedAlert) -> Void
    ) throws(AlertError) {
        do {
            var reader = try ContainerReader(packet, limits: limits)
            var count = 0
            var schema: AlertSchema?
            while let block = try reader.nextBlock() {
                var rest = block.data
                for _ in 0..<block.count {
                    let known = try schema ?? alertSchema(reader.header.schema)
                    schema = known
                    let envelope = Self.envelope(of: packet, header: reader.header, block: block)
                    let base = block.storedData.lowerBound + rest.startIndex - block.data.startIndex
                    let isLast = block.count == 1
                    let (alert, length) = try decodeRecord(
                        rest, schema: known, envelope: envelope, at: base, isWhole: isLast)
                    take(alert)
                    rest = rest.dropFirst(length)
                    count += 1
                }
                guard rest.isEmpty else {
                    throw AlertError(
                        .damaged, offset: block.storedData.upperBound - rest.count,
                        detail: "\(rest.count) bytes are left over after the \(block.count) records of a block")
                }
            }
            guard count > 0 else { throw AlertError(.noRecord, detail: "the container holds no record") }
        } catch let error as AvroError {
            throw AlertError(error)
        } catch let error as AlertError {
            throw error
        } catch {
            throw AlertError(.damaged, detail: "\(error)")
        }
    }

    /// How to give back the bytes of a record as they were received.
    private static func envelope(
        of packet: ArraySlice<UInt8>, header: ContainerHeader, block: ContainerBlock
    ) -> Envelope {
        let metadataEnd = packet.startIndex + header.length - SyncMarker.count
        let metadata = packet[packet.startIndex..<metadataEnd]
        guard block.count == 1 && block.range.lowerBound == header.length && block.range.upperBound == packet.count
        else { return .oneOfMany(header: metadata) }
        guard header.codec == .null && isPlain(block) else { return .packet(packet) }
        return .container(header: metadata, sync: packet[metadataEnd..<metadataEnd + SyncMarker.count])
    }

    /// Whether the block's two counts are written in the fewest bytes, as an encoder would write them again.
    private static func isPlain(_ block: ContainerBlock) -> Bool {
        var encoder = BinaryEncoder()
        encoder.long(Int64(block.count))
        encoder.long(Int64(block.storedData.count))
        return block.storedData.lowerBound - block.range.lowerBound == encoder.bytes.count
    }

    // MARK: - Records

    private mutating func alertSchema(_ writer: AvroSchema) throws(AlertError) -> AlertSchema {
        if let last, last.writer == writer { return last }
        if let found = schemas.first(where: { $0.writer == writer }) {
            let known = try found.known.get()
            last = known
            return known
        }
        let known = Result { () throws(AlertError) in try AlertSchema(writer) }
        schemas.add((writer, known), bytes: (try? known.get().bytesInMemory) ?? writer.bytesInMemory)
        last = try known.get()
        return try known.get()
    }

    /// Decodes the record at the start of `body`; `base` is its place in the packet, for messages.
    private mutating func decodeRecord(
        _ body: ArraySlice<UInt8>, schema: AlertSchema, envelope: Envelope, at base: Int, isWhole: Bool
    ) throws(AlertError) -> (alert: DecodedAlert, length: Int) {
        var fields = ProjectedRecord()
        let length: Int
        do {
            if isWhole {
                try schema.projection.decode(body, into: &fields)
                length = body.count
            } else {
                length = try schema.projection.decodePrefix(body, into: &fields)
            }
        } catch {
            throw AlertError(error, base: base)
        }
        let record = body.prefix(length)
        let alert: Alert
        switch schema.survey {
        case .ztf: alert = try ZTFMapping(record: fields, body: record).alert()
        case .lsst: alert = try LSSTMapping(record: fields, body: record).alert()
        }
        return (
            DecodedAlert(alert: alert, schema: schema, body: record, fields: fields, envelope: envelope), length
        )
    }
}
