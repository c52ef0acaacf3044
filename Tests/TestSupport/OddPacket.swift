package import Avro

/// A ZTF packet whose fields are given one by one, each in whatever type and under whatever name.
package struct OddPacket {
    package struct Field {
        package let name: String
        /// The type as JSON.
        package let type: String
        package let value: [UInt8]

        package init(_ name: String, _ type: String, _ write: (inout BinaryEncoder) -> Void) {
            self.name = name
            self.type = type
            var encoder = BinaryEncoder()
            write(&encoder)
            value = encoder.bytes
        }

        package static func string(_ name: String, _ value: String) -> Field {
            Field(name, #""string""#) { $0.string(value) }
        }
        package static func long(_ name: String, _ value: Int64) -> Field {
            Field(name, #""long""#) { $0.long(value) }
        }
        package static func double(_ name: String, _ value: Double) -> Field {
            Field(name, #""double""#) { $0.double(value) }
        }
        package static func float(_ name: String, _ value: Float) -> Field {
            Field(name, #""float""#) { $0.float(value) }
        }
        package static func boolean(_ name: String, _ value: Bool) -> Field {
            Field(name, #""boolean""#) { $0.boolean(value) }
        }
        /// A nullable field that is null.
        package static func null(_ name: String) -> Field {
            Field(name, #"["null", "int"]"#) { $0.branch(0) }
        }

        fileprivate var definition: String {
            #"{"name": \#(String(decoding: JSONValue.string(name).text, as: UTF8.self)), "type": \#(type)}"#
        }
    }

    /// Fields before `candidate`.
    package var top: [Field]
    package var candidate: [Field]
    /// The rows of its history, all with the same fields.
    package var past: [[Field]] = []
    /// The rows of `fp_hists`, likewise.
    package var forced: [[Field]] = []
    /// What the history is called.
    package var pastName = "prv_candidates"
    /// The record's name, and that of the record that `candidate` is.
    package var names = (record: "ztf.alert", detection: "candidate")

    package init(candid: Int64, objectId: String = "ZTF24odd0000") {
        top = [.string("objectId", objectId), .long("candid", candid)]
        candidate = [
            .double("jd", 2_460_568.75), .long("fid", 1), .double("ra", 150), .double("dec", 2),
            .long("candid", candid), .float("magpsf", 18.5), .float("sigmapsf", 0.1), .string("isdiffpos", "t"),
        ]
    }

    /// An LSST packet; `candidate` is its `diaSource`.
    package init(diaSourceId: Int64, midpointMjdTai: Double = 61_000.5) {
        top = [.long("diaSourceId", diaSourceId)]
        candidate = [
            .long("diaSourceId", diaSourceId), .long("diaObjectId", 77), .double("midpointMjdTai", midpointMjdTai),
            .string("band", "r"), .double("ra", 150), .double("dec", 2), .float("psfFlux", 900),
            .float("psfFluxErr", 30),
        ]
        pastName = "prvDiaSources"
        names = ("lsst.v11_1.alert", "diaSource")
    }

    /// Gives a field of `candidate` another type and value, or adds it.
    package mutating func set(_ field: Field) {
        if let index = candidate.firstIndex(where: { $0.name == field.name }) {
            candidate[index] = field
        } else {
            candidate.append(field)
        }
    }

    package var schema: String {
        func record(_ name: String, _ fields: [Field]) -> String {
            #"{"type": "record", "name": "\#(name)", "fields": [\#(fields.map(\.definition).joined(separator: ", "))]}"#
        }
        var definitions =
            top.map(\.definition) + [
                #"{"name": "\#(names.detection)", "type": \#(record("cand", candidate))}"#
            ]
        for (list, rows) in lists {
            guard let first = rows.first else { continue }
            definitions.append(
                #"{"name": "\#(list)", "type": {"type": "array", "items": \#(record("row_\(list)", first))}}"#)
        }
        return #"{"type": "record", "name": "\#(names.record)", "fields": [\#(definitions.joined(separator: ", "))]}"#
    }

    package var body: [UInt8] {
        var body = (top + candidate).flatMap(\.value)
        for (_, rows) in lists where !rows.isEmpty {
            var encoder = BinaryEncoder()
            encoder.arrayStart(count: rows.count)
            encoder.raw(rows.flatMap { $0.flatMap(\.value) })
            encoder.arrayEnd()
            body += encoder.bytes
        }
        return body
    }

    private var lists: [(String, [[Field]])] { [(pastName, past), ("fp_hists", forced)] }

    package func container() throws -> [UInt8] { try Self.container([self]) }

    /// Packets of one schema in one block.
    package static func container(_ packets: [OddPacket], codec: ContainerCodec = .null) throws -> [UInt8] {
        let sync = SyncMarker(low: 1, high: 2)
        let encoder = ContainerEncoder(schema: (packets.first?.schema ?? "").utf8, codec: codec, sync: sync)
        var file = encoder.header
        try encoder.block(count: packets.count, data: packets.flatMap(\.body)[...], into: &file)
        return file
    }
}
