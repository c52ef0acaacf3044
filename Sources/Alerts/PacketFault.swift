package import Avro

/// A packet, or a part of one, that cannot be used, and why.
package struct PacketFault: Sendable {
    /// Its place counts from the start of the packet as received.
    package let error: AlertError
    /// Which part of the packet it is.
    package let part: PacketPart

    /// A part that cannot be used.
    package init(_ error: AlertError, part: PacketPart) {
        self.error = error
        self.part = part
    }
}

/// The part of a packet that a fault spoils; the rest of it can be used.
package enum PacketPart: Sendable {
    case whole
    /// Records of a container that lie one behind the other.
    case records(AvroSchema, count: Int, body: ArraySlice<UInt8>)
    /// Blocks of a container: its header, and the blocks as received.
    case blocks(header: ArraySlice<UInt8>, ArraySlice<UInt8>)

    /// Bytes of records that are longer than any real alert; most of them came packed.
    private static let longRecords = 1 << 20

    /// The part as a packet of its own, which can be decoded when what spoiled it is mended.
    ///
    /// The same part always makes the same bytes. Long records are packed, by a codec that packs no bytes so well that a
    /// reader would refuse them: what was received as a hundredth of what it holds is not kept a hundred times as large.
    package func bytes(of packet: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        switch self {
        case .whole: return packet
        case .blocks(let header, let blocks): return header + blocks
        case .records(let schema, let count, let body):
            let sync = SyncMarker(low: 0x7472_6170_7265_7474, high: 0x656C_6461_6564_6A6E)
            if body.count > Self.longRecords, body.count <= ContainerLimits().decompressedBytes {
                let encoder = ContainerEncoder(schema: schema.json, codec: .snappy, sync: sync)
                var packed = encoder.header
                if (try? encoder.block(count: count, data: body, into: &packed)) != nil { return packed[...] }
            }
            let encoder = ContainerEncoder(schema: schema.json, sync: sync)
            var counts = BinaryEncoder()
            counts.long(Int64(count))
            counts.long(Int64(body.count))
            return encoder.header + counts.bytes + body + sync.bytes
        }
    }
}

extension DecodedAlert {
    /// The part of its packet that holds this alert alone.
    package var part: PacketPart {
        switch envelope {
        case .oneOfMany: .records(schema.writer, count: 1, body: body)
        case .container, .confluent, .packet: .whole
        }
    }
}
