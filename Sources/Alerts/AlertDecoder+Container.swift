internal import Avro

/// A container whose records are decoded: what was met of it so far.
private struct OpenContainer {
    /// The parts that cannot be used are together at most so many times as large as the packet: each holds a schema of its
    /// own, and a packet of many bad records would else fill the disk. Beyond that the rest of the packet is one part.
    static let mostOfParts = 16
    /// Damaged blocks behind which others are looked for.
    static let mostDamage = 16

    let packet: ArraySlice<UInt8>
    let header: ContainerHeader
    /// Bytes that its parts may have.
    var room: Int
    var damage = 0
    /// Records, and damaged pieces, that were met.
    var units = 0

    init(_ packet: ArraySlice<UInt8>, header: ContainerHeader) {
        self.packet = packet
        self.header = header
        room = Self.mostOfParts * packet.count
    }

    /// The header up to its sync marker.
    var metadata: ArraySlice<UInt8> { slice(0..<header.length - SyncMarker.count) }

    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
        packet[packet.startIndex + range.lowerBound..<packet.startIndex + range.upperBound]
    }

    func isAll(_ range: Range<Int>) -> Bool { range == header.length..<packet.count }

    /// Whole blocks as a part.
    func blocks(_ range: Range<Int>) -> PacketPart {
        isAll(range) ? .whole : .blocks(header: slice(0..<header.length), slice(range))
    }

    /// A block's records from one on, of which `rest` are the bytes.
    func records(_ block: ContainerBlock, from first: Int, _ rest: ArraySlice<UInt8>) -> PacketPart {
        guard first > 0 || !isAll(block.range) else { return .whole }
        return .records(header.schema, count: block.count - first, body: rest)
    }

    /// One record of a block as a part.
    func record(_ body: ArraySlice<UInt8>, of block: ContainerBlock) -> PacketPart {
        guard block.count > 1 || !isAll(block.range) else { return .whole }
        return .records(header.schema, count: 1, body: body)
    }

    /// How to give back the bytes of a record as they were received.
    func envelope(_ block: ContainerBlock) -> Envelope {
        guard block.count == 1 && isAll(block.range) else { return .oneOfMany(header: metadata) }
        guard header.codec == .null && Self.isPlain(block) else { return .packet(packet) }
        return .container(header: metadata, sync: slice(header.length - SyncMarker.count..<header.length))
    }

    /// Whether the block's two counts are written in the fewest bytes, as an encoder would write them again.
    private static func isPlain(_ block: ContainerBlock) -> Bool {
        var encoder = BinaryEncoder()
        encoder.long(Int64(block.count))
        encoder.long(Int64(block.storedData.count))
        return block.storedData.lowerBound - block.range.lowerBound == encoder.bytes.count
    }
}

extension AlertDecoder {
    /// Decodes record by record: one that cannot be used spoils no other, and damage only the rest of its block.
    ///
    /// - Throws: ``AlertError`` where no record can be read.
    mutating func decodeContainer(
        _ packet: ArraySlice<UInt8>, _ accept: (DecodedAlert) -> Void, _ refuse: (PacketFault) -> Void
    ) throws(AlertError) {
        var reader: ContainerReader
        do throws(AvroError) { reader = try ContainerReader(packet, limits: limits) } catch { throw AlertError(error) }
        let schema = try alertSchema(reader.header.schema)
        var container = OpenContainer(packet, header: reader.header)
        while true {
            do throws(AvroError) {
                guard let block = try reader.nextBlock() else { break }
                decode(block, of: &container, schema, accept, refuse)
                let rest = block.range.upperBound..<packet.count
                if container.room <= 0, !rest.isEmpty {
                    let error = AlertError(
                        .damaged, offset: rest.lowerBound, detail: "behind too many records that cannot be used")
                    return refuse(PacketFault(error, part: container.blocks(rest)))
                }
            } catch {
                container.units += 1
                container.damage += 1
                let damaged = reader.skipDamage()
                let end = container.damage < OpenContainer.mostDamage ? damaged.upperBound : packet.count
                refuse(PacketFault(AlertError(error), part: container.blocks(damaged.lowerBound..<end)))
                guard end < packet.count else { return }
            }
        }
        guard container.units > 0 else { throw AlertError(.noRecord, detail: "the container holds no record") }
    }

    private mutating func decode(
        _ block: ContainerBlock, of container: inout OpenContainer, _ schema: AlertSchema,
        _ accept: (DecodedAlert) -> Void, _ refuse: (PacketFault) -> Void
    ) {
        var rest = block.data
        let envelope = container.envelope(block)
        for index in 0..<block.count {
            container.units += 1
            let base = block.storedData.lowerBound + rest.startIndex - block.data.startIndex
            switch decodeRecord(rest, schema: schema, envelope: envelope, at: base, isWhole: block.count == 1) {
            case .alert(let alert, let length):
                accept(alert)
                rest = rest.dropFirst(length)
            case .unusable(let error, let length):
                guard container.room > 0 else {
                    return refuse(PacketFault(error, part: container.records(block, from: index, rest)))
                }
                container.room -= container.header.length + length
                refuse(PacketFault(error, part: container.record(rest.prefix(length), of: block)))
                rest = rest.dropFirst(length)
            case .damaged(let error):
                let left = block.count - index
                let detail = left == 1 ? "" : "; the \(left) records from there on cannot be told apart"
                let fault = AlertError(
                    error.code, field: error.field, offset: error.offset, detail: error.detail + detail)
                return refuse(PacketFault(fault, part: container.records(block, from: index, rest)))
            }
        }
        guard rest.isEmpty else {
            if block.count == 0 { container.units += 1 }
            let error = AlertError(
                .damaged, offset: block.storedData.upperBound - rest.count,
                detail: "\(rest.count) bytes are left over after the \(block.count) records of a block")
            return refuse(PacketFault(error, part: container.blocks(block.range)))
        }
    }
}
