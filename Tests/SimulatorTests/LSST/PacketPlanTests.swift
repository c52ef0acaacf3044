import Avro
@testable import Simulator
import Testing

/// Records are written in a schema's order and types, whatever it has beside what is known.
@Suite struct PacketPlanTests {
    private func forcedRecord(_ fields: String, _ values: RecordValues<DiaForcedField>) throws -> AvroValue {
        let schema = try AvroSchema.parse(#"{"type":"record","name":"r","fields":[\#(fields)]}"#)
        var encoder = BinaryEncoder()
        try RecordPlan<DiaForcedField>(try #require(schema.root.record)).encode(values, into: &encoder)
        return try AvroValue.decode(encoder.bytes[...], schema: schema)
    }

    private var values: RecordValues<DiaForcedField> {
        var values = RecordValues<DiaForcedField>()
        values.integer(.diaForcedSourceId, 281_323_062_375_219_201)
        values.number(.psfFlux, -12.5)
        values.text(.band, "r")
        values.number(.psfFluxErr, .nan)
        return values
    }

    @Test("a field's value comes in the schema's type and branch") func types() throws {
        let fields = """
            {"name":"diaForcedSourceId","type":"long"},{"name":"psfFlux","type":["double","null"]},
            {"name":"band","type":["null","string"]},{"name":"psfFluxErr","type":["null","float"]}
            """
        let value = try forcedRecord(fields, values)
        #expect(value["diaForcedSourceId"] == .long(281_323_062_375_219_201), "beyond 2^53")
        #expect(value["psfFlux"] == .double(-12.5))
        #expect(value["band"] == .string("r"))
        #expect(value["psfFluxErr"] == .null, "no number is null")
    }

    @Test("unknown fields are null, or zero and empty") func unknown() throws {
        let fields = """
            {"name":"new","type":["null","float"]},{"name":"psfFlux","type":"float"},{"name":"count","type":"int"},
            {"name":"ratio","type":"double"},{"name":"name","type":"string"},{"name":"is","type":"boolean"},
            {"name":"list","type":{"type":"array","items":"int"}},
            {"name":"kind","type":{"type":"enum","name":"e","symbols":["A","B"]}},
            {"name":"part","type":{"type":"record","name":"p","fields":[{"name":"x","type":["int","string"]}]}}
            """
        let value = try forcedRecord(fields, values)
        #expect(value["new"] == .null && value["psfFlux"] == .float(-12.5))
        #expect(value["count"] == .int(0) && value["ratio"] == .double(0) && value["name"] == .string(""))
        #expect(value["is"] == .boolean(false) && value["list"] == .array([]))
        #expect(value["part"]?["x"] == .int(0))
    }

    @Test("a record that must hold itself is refused") func recursive() throws {
        let schema = try AvroSchema.parse(
            #"{"type":"record","name":"r","fields":[{"name":"again","type":"r"}]}"#)
        let record = try #require(schema.root.record)
        #expect(throws: SimulatorError.self) { try RecordPlan<DiaForcedField>(record) }
    }

    @Test("numbers stand in a header as FITS wants them") func cards() {
        var cards = FITSCards([("NAXIS1", "0", ""), ("CRVAL1", "0.0", "degrees"), ("PC1_1", "0.0", "")])
        cards.set(cards.place("NAXIS1"), to: -102)
        cards.set(cards.place("CRVAL1"), to: 359.999999999999, decimals: 12)
        cards.set(cards.place("PC1_1"), to: -0.0000555555555555, decimals: 16)
        let text = String(decoding: cards.bytes, as: UTF8.self)
        #expect(text.hasPrefix("NAXIS1  =                 -102" + String(repeating: " ", count: 50)))
        #expect(text.dropFirst(80).hasPrefix("CRVAL1  =     359.999999999999 / degrees"))
        #expect(text.dropFirst(160).hasPrefix("PC1_1   =  -0.0000555555555555 "))
        #expect(text.dropFirst(240).hasPrefix("END ") && cards.bytes.count == 2880)
        cards.set(cards.place("CRVAL1"), to: 0.5, decimals: 2)
        #expect(
            String(decoding: cards.bytes, as: UTF8.self).dropFirst(80).hasPrefix(
                "CRVAL1  =                 0.50 / degrees"))
    }
}
