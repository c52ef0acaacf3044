import Alerts
import Avro
import Stages
import TestSupport
import Testing

@Suite struct PacketDecodingTests {
    private func judged(_ packet: [UInt8]) throws -> JudgedAlert {
        var decoding = PacketDecoding(demandsPurity: false, supernovae: nil, schemaOfID: { _ in nil })
        let decoded = decoding.decode(packet[...], position: 0, member: nil)
        #expect(decoded.error == nil)
        return try #require(decoded.alerts.first)
    }

    private var packet: SmallPacket {
        var packet = SmallPacket(candid: 7)
        packet.past = [SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 17, magpsf: 19, isdiffpos: "t")]
        return packet
    }

    @Test("a filtered message, judged again, makes the same message in the same schema") func again() throws {
        let first = try judged(packet.container())
        let message = try #require(first.message)
        let second = try judged(first.schema.filtered.segment.container(message))
        #expect(second.message == message)
        #expect(second.schema.filtered.segment.fingerprint == first.schema.filtered.segment.fingerprint)
        #expect(second.schema.salt2.segment.fingerprint == first.schema.salt2.segment.fingerprint)
        #expect(second.verdict == first.verdict)
        #expect(second.decoded.alert.lightCurve == first.decoded.alert.lightCurve)
        #expect(second.decoded.alert.cutouts.science == nil)
    }

    @Test("the same record always makes the same container, which holds it") func container() throws {
        let judged = try judged(packet.container())
        let container = judged.schema.segment.container(judged.body)
        #expect(container == judged.schema.segment.container(judged.body))
        var reader = try ContainerReader(container[...])
        let block = try #require(try reader.nextBlock())
        #expect(block.count == 1)
        #expect(Array(block.data) == Array(judged.body))
        #expect(try reader.nextBlock() == nil)
    }
}
