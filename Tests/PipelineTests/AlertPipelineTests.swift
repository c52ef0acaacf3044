import Alerts
import Avro
import Packets
import Pipeline
import TestSupport
import Testing

@Suite struct AlertPipelineTests {
    private func processed(_ packet: [UInt8]) throws -> ProcessedAlert {
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let decoded = decoding.decode(packet[...], position: 0, member: nil)
        #expect(decoded.faults.isEmpty)
        return try #require(decoded.alerts.first)
    }

    private var packet: SmallPacket {
        var packet = SmallPacket(candid: 7)
        packet.past = [SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 17, magpsf: 19, isdiffpos: "t")]
        return packet
    }

    @Test("a filtered message, judged again, makes the same message in the same schema") func again() throws {
        let first = try processed(packet.container())
        let message = try #require(first.message)
        let second = try processed(first.schema.filtered.segment.container(message))
        #expect(second.message == message)
        #expect(second.schema.filtered.segment.fingerprint == first.schema.filtered.segment.fingerprint)
        #expect(second.schema.salt2.segment.fingerprint == first.schema.salt2.segment.fingerprint)
        #expect(second.verdict == first.verdict)
        #expect(second.decoded.alert.lightCurve == first.decoded.alert.lightCurve)
        #expect(second.decoded.alert.cutouts.science == nil)
    }

    @Test("the same record always makes the same container, which holds it") func container() throws {
        let alert = try processed(packet.container())
        let container = alert.schema.segment.container(alert.body)
        #expect(container == alert.schema.segment.container(alert.body))
        var reader = try ContainerReader(container[...])
        let block = try #require(try reader.nextBlock())
        #expect(block.count == 1)
        #expect(Array(block.data) == Array(alert.body))
        #expect(try reader.nextBlock() == nil)
    }

    /// A packet whose image shrinks to a seventh, less than the reader allows.
    private func packet(_ number: Int64, bytes: Int, codec: ContainerCodec = .null) throws -> Packet {
        var packet = SmallPacket(candid: number)
        var random = SeededGenerator(seed: UInt64(number))
        packet.image.removeAll()
        while packet.image.count < bytes {
            packet.image += withUnsafeBytes(of: random.next()) { Array($0) } + [UInt8](repeating: 0, count: 56)
        }
        let location = PacketLocation(source: "test", member: nil, ordinal: Int(number), byte: 0)
        return Packet(bytes: try packet.container(codec: codec)[...], location: location)
    }

    @Test("a batch is handed on in parts that fit into memory as they are once inflated") func parts() throws {
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        // Each takes 8 MB inflated and 8 MB in the archive's schema: the bound of 32 MB is reached with the second.
        let one = try packet(1, bytes: 8 << 20, codec: .deflate)
        #expect(one.bytes.count < 3 << 20)
        let packets = Array(repeating: one, count: 5)
        var sizes: [Int] = []
        while sizes.reduce(0, +) < packets.count {
            let next = decoding.decodeFirst(of: packets[sizes.reduce(0, +)...])
            #expect(next.packets.allSatisfy { $0.alerts.count == 1 && $0.faults.isEmpty })
            #expect(next.bytes > next.packets.count * 16 << 20)
            sizes.append(next.packets.count)
        }
        #expect(sizes == [2, 2, 1])
        let none = decoding.decodeFirst(of: packets[..<0])
        #expect(none.packets.isEmpty && none.bytes == 0)
    }

    @Test("a schema counts once, in the batch that brings it") func schemas() throws {
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let packets = [try packet(1, bytes: 1_000), try packet(2, bytes: 1_000)]
        let first = decoding.decodeFirst(of: packets[...])
        let second = decoding.decodeFirst(of: packets[...])
        let schema = try #require(first.packets.first?.alerts.first?.decoded.schema.bytesInMemory)
        #expect(schema > 5_000)
        #expect(first.bytes > second.bytes + schema)
    }

    @Test("a block that becomes too long is said to be too large") func tooLarge() throws {
        var packet = SmallPacket(candid: 1)
        packet.image = [UInt8](repeating: 0, count: 20 << 20)
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        for codec in [ContainerCodec.deflate, .zstandard, .snappy] {
            let decoded = decoding.decode(try packet.container(codec: codec)[...], position: 0, member: nil)
            #expect(decoded.faults.first?.error.code == .tooLarge)
            #expect(decoded.alerts.isEmpty)
        }
    }
}
