package import Avro

/// A small ZTF packet for tests, with just the fields they look at.
///
/// Its schema writes unions value first with a null default, as ZTF did before 4.02, so that the archive must mend it.
package struct SmallPacket {
    package struct Past {
        package var jd: Double
        package var fid: Int32 = 1
        package var candid: Int64?
        package var magpsf: Float?
        package var isdiffpos: String?
        package var diffmaglim: Float? = 20.5

        package init(jd: Double, fid: Int32 = 1, candid: Int64? = nil, magpsf: Float? = nil, isdiffpos: String? = nil) {
            self.jd = jd
            self.fid = fid
            self.candid = candid
            self.magpsf = magpsf
            self.isdiffpos = isdiffpos
        }
    }

    package var candid: Int64
    package var objectId = "ZTF24aaaaaaa"
    package var jd = 2_460_568.75
    package var fid: Int32 = 1
    package var ra = 150.0
    package var dec = 2.0
    package var magpsf: Float = 18.5
    package var isdiffpos = "t"
    package var distpsnr1: Float? = 5
    package var sgscore1: Float? = 0.1
    package var ssdistnr: Float? = -999
    package var past: [Past]? = nil
    package var image: [UInt8] = Array(repeating: 7, count: 200)

    package init(candid: Int64) { self.candid = candid }

    package static let schema = """
        {"type": "record", "name": "alert", "namespace": "ztf", "version": "3.3", "fields": [
        {"name": "objectId", "type": "string"}, {"name": "candid", "type": "long"},
        {"name": "candidate", "type": {"type": "record", "name": "candidate", "namespace": "ztf.alert", "fields": [
            {"name": "jd", "type": "double"}, {"name": "fid", "type": "int"}, {"name": "ra", "type": "double"},
            {"name": "dec", "type": "double"}, {"name": "candid", "type": "long"}, {"name": "magpsf", "type": "float"},
            {"name": "sigmapsf", "type": "float"}, {"name": "isdiffpos", "type": "string"},
            {"name": "distpsnr1", "type": ["float", "null"], "default": null},
            {"name": "sgscore1", "type": ["float", "null"], "default": null},
            {"name": "ssdistnr", "type": ["float", "null"], "default": null}]}},
        {"name": "prv_candidates", "type": [{"type": "array", "items": {
            "type": "record", "name": "prv_candidate", "namespace": "ztf.alert", "fields": [
            {"name": "jd", "type": "double"}, {"name": "fid", "type": "int"},
            {"name": "candid", "type": ["long", "null"], "default": null},
            {"name": "magpsf", "type": ["float", "null"], "default": null},
            {"name": "isdiffpos", "type": ["string", "null"], "default": null},
            {"name": "diffmaglim", "type": ["float", "null"], "default": null}]}}, "null"], "default": null},
        {"name": "cutoutScience", "type": [{"type": "record", "name": "cutout", "namespace": "ztf.alert", "fields": [
            {"name": "fileName", "type": "string"}, {"name": "stampData", "type": "bytes"}]}, "null"],
            "default": null}]}
        """

    /// The record alone.
    package var body: [UInt8] {
        var encoder = BinaryEncoder()
        encoder.string(objectId)
        encoder.long(candid)
        encoder.double(jd)
        encoder.int(fid)
        encoder.double(ra)
        encoder.double(dec)
        encoder.long(candid)
        encoder.float(magpsf)
        encoder.float(0.1)
        encoder.string(isdiffpos)
        for value in [distpsnr1, sgscore1, ssdistnr] { Self.optional(value, &encoder) { $0.float($1) } }
        Self.optional(past, &encoder) { encoder, past in
            if !past.isEmpty { encoder.arrayStart(count: past.count) }
            for point in past {
                encoder.double(point.jd)
                encoder.int(point.fid)
                Self.optional(point.candid, &encoder) { $0.long($1) }
                Self.optional(point.magpsf, &encoder) { $0.float($1) }
                Self.optional(point.isdiffpos, &encoder) { $0.string($1) }
                Self.optional(point.diffmaglim, &encoder) { $0.float($1) }
            }
            encoder.arrayEnd()
        }
        encoder.branch(0)
        encoder.string("candid\(candid).fits.gz")
        encoder.bytes(image)
        return encoder.bytes
    }

    private static func optional<Value>(
        _ value: Value?, _ encoder: inout BinaryEncoder, _ write: (inout BinaryEncoder, Value) -> Void
    ) {
        guard let value else { return encoder.branch(1) }
        encoder.branch(0)
        write(&encoder, value)
    }

    /// The packet as a survey sends it: a container with this record alone.
    package func container(codec: ContainerCodec = .null) throws -> [UInt8] {
        try Self.container([self], codec: codec)
    }

    /// Several packets in one block of one container; `version` is the schema's, so that each has a schema of its own.
    package static func container(
        _ packets: [SmallPacket], codec: ContainerCodec = .null, version: String = "3.3"
    ) throws -> [UInt8] {
        let schema = schema.replacing(#""version": "3.3""#, with: #""version": "\#(version)""#)
        let sync = SyncMarker(low: UInt64(bitPattern: packets.first?.candid ?? 0), high: 0x6E69_6768_746A_6172)
        let encoder = ContainerEncoder(schema: schema.utf8, codec: codec, sync: sync)
        var file = encoder.header
        guard !packets.isEmpty else { return file }
        try encoder.block(count: packets.count, data: packets.flatMap(\.body)[...], into: &file)
        return file
    }
}
