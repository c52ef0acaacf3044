package import Avro

/// Turns packets into alerts, whatever they are wrapped in.
///
/// It keeps the writer schemas it has met, so one decoder serves one thread for as long as it runs.
package struct AlertDecoder {
    /// Answers the schema of a Confluent frame's number.
    package typealias SchemaSource = @Sendable (UInt32) -> SchemaAnswer

    let limits: ContainerLimits
    private let schemaOfID: SchemaSource
    /// A survey has a handful; a hostile stream of new ones cannot fill the memory.
    private var schemas = RecentValues<(writer: AvroSchema, known: Result<AlertSchema, AlertError>)>(
        most: 64, bytes: 32 << 20)
    private var last: AlertSchema?

    /// A decoder that asks `schemaOfID` for the schemas of Confluent frames.
    package init(limits: ContainerLimits = ContainerLimits(), schemaOfID: @escaping SchemaSource = { _ in .unknown }) {
        self.limits = limits
        self.schemaOfID = schemaOfID
    }

    /// Gives each alert of a packet to `take`, in order, and each part of it that cannot be used to `refuse`.
    package mutating func decode(
        _ packet: ArraySlice<UInt8>, _ accept: (DecodedAlert) -> Void, refusing refuse: (PacketFault) -> Void
    ) {
        do throws(AlertError) {
            guard let first = packet.first else { throw AlertError(.empty, detail: "the packet is empty") }
            switch first {
            case 0: accept(try decodeFrame(packet))
            case ContainerHeader.magic[0]: try decodeContainer(packet, accept, refuse)
            default:
                throw AlertError(
                    .notAvro,
                    detail: "neither an Avro container (\"Obj\", 1) nor a Confluent frame (0): it begins with \(first)")
            }
        } catch { refuse(PacketFault(error, part: .whole)) }
    }

    /// Gives each alert of a packet to `take`, in order.
    ///
    /// - Throws: ``AlertError`` for the first part that cannot be used, after all sound alerts were given.
    package mutating func decode(
        _ packet: ArraySlice<UInt8>, _ accept: (DecodedAlert) -> Void
    ) throws(AlertError) {
        var first: AlertError?
        decode(packet, accept) { first = first ?? $0.error }
        if let first { throw first }
    }

    // MARK: - Frames

    private mutating func decodeFrame(_ packet: ArraySlice<UInt8>) throws(AlertError) -> DecodedAlert {
        let frame: ConfluentFrame
        do { frame = try ConfluentFrame.parse(packet) } catch { throw AlertError(error) }
        let writer = try schemaOfID(frame.schemaID).schema(frame.schemaID)
        let decoded = decodeRecord(
            frame.body, schema: try alertSchema(writer), envelope: .confluent(schemaID: frame.schemaID),
            at: ConfluentFrame.headerBytes, isWhole: true)
        switch decoded {
        case .alert(let alert, _): return alert
        case .unusable(let error, _), .damaged(let error): throw error
        }
    }

    // MARK: - Records

    mutating func alertSchema(_ writer: AvroSchema) throws(AlertError) -> AlertSchema {
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

    /// What the bytes of a record turned out to hold.
    enum Record {
        case alert(DecodedAlert, length: Int)
        case unusable(AlertError, length: Int)
        /// Nothing says where the record ends.
        case damaged(AlertError)
    }

    /// Decodes the record at the start of `body`; `base` is its place in the packet, for messages.
    mutating func decodeRecord(
        _ body: ArraySlice<UInt8>, schema: AlertSchema, envelope: Envelope, at base: Int, isWhole: Bool
    ) -> Record {
        var fields = ProjectedRecord()
        let length: Int
        do throws(AvroError) {
            if isWhole {
                try schema.projection.decode(body, into: &fields)
                length = body.count
            } else {
                length = try schema.projection.decodePrefix(body, into: &fields)
            }
        } catch {
            let fault = AlertError(error, base: base)
            guard let length = isWhole ? body.count : schema.projection.length(of: body) else { return .damaged(fault) }
            return .unusable(fault, length: length)
        }
        let record = body.prefix(length)
        let text = schema.symbols?.write(into: &fields, of: record) ?? record
        do throws(AlertError) {
            let (alert, notes) = try schema.survey.read(fields, text)
            let decoded = DecodedAlert(
                alert: alert, schema: schema, body: record, fields: fields, text: text, envelope: envelope,
                notes: notes)
            return .alert(decoded, length: length)
        } catch { return .unusable(error, length: length) }
    }
}
