import Alerts
import Avro
import Testing
import TestSupport

@Suite struct DecoderTests {
    private func decode(_ packet: [UInt8]) throws -> [Alert] {
        var alerts: [Alert] = []
        var decoder = AlertDecoder()
        try decoder.decode(packet[...]) { alerts.append($0.alert) }
        return alerts
    }

    @Test func mapsAPacket() throws {
        var packet = SmallPacket(candid: 2_823_123_450_015_000_001)
        packet.past = [
            SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 17, magpsf: 19, isdiffpos: "f"),
            SmallPacket.Past(jd: 2_460_561.5),
        ]
        let alert = try #require(try decode(packet.container()).first)
        #expect(alert.id == 2_823_123_450_015_000_001)
        #expect(alert.objectId == "ZTF24aaaaaaa")
        #expect(alert.detection.epoch.jd == 2_460_568.75)
        #expect(alert.detection.bandpass == .ztfg)
        #expect(alert.detection.brightness == .magnitude(Magnitude(value: 18.5, error: Double(Float(0.1)))))
        #expect(alert.detection.isPositive == true)
        #expect(alert.catalogueMatch == CatalogueMatch(distance: 5, starScore: 0.1))
        #expect(alert.lightCurve.detections.map(\.id) == [17])
        #expect(alert.lightCurve.detections.first?.isPositive == false)
        #expect(alert.lightCurve.upperLimits.first?.limit == .magnitude(Magnitude(value: 20.5, error: nil)))
        #expect(alert.cutouts.science?.count == 200)
        // JD 2460568.75 is 2024-09-15, 06:00 UTC.
        #expect(alert.night == 20_240_915)
    }

    @Test("ZTF's values for none become nil") func sentinels() throws {
        var packet = SmallPacket(candid: 1)
        packet.ssdistnr = -999
        packet.distpsnr1 = -999
        packet.sgscore1 = -99_999
        let alert = try #require(try decode(packet.container()).first)
        #expect(alert.solarSystemMatch == nil)
        #expect(alert.catalogueMatch == nil)
    }

    @Test("a positive subtraction is t or 1", arguments: [("t", true), ("1", true), ("f", false), ("0", false)])
    func sign(word: String, isPositive: Bool) throws {
        var packet = SmallPacket(candid: 1)
        packet.isdiffpos = word
        #expect(try decode(packet.container()).first?.detection.isPositive == isPositive)
    }

    @Test("several records of one container, in any codec", arguments: ContainerCodec.allCases)
    func many(codec: ContainerCodec) throws {
        let packets = (1...3).map { SmallPacket(candid: $0) }
        #expect(try decode(SmallPacket.container(packets, codec: codec)).map(\.id) == [1, 2, 3])
    }

    @Test func refusesWhatIsNoAlert() throws {
        func code(_ bytes: [UInt8]) -> AlertError.Code? {
            var decoder = AlertDecoder()
            do throws(AlertError) {
                try decoder.decode(bytes[...]) { _ in }
                return nil
            } catch { return error.code }
        }
        #expect(code([]) == .empty)
        #expect(code(Array("SIMPLE  =".utf8)) == .notAvro)
        #expect(code(try SmallPacket.container([])) == .noRecord)
        #expect(code([0, 0, 0, 2, 192, 1]) == .unknownSchemaID)
        let other = ContainerEncoder(schema: #"{"type": "record", "name": "atlas.alert", "fields": []}"#.utf8)
        var file = other.header
        try other.block(count: 1, data: [], into: &file)
        #expect(code(file) == .unknownSurvey)
    }

    @Test("a packet cut or changed anywhere gives an error or an alert, never a crash")
    func damage() throws {
        var packet = SmallPacket(candid: 5)
        packet.past = [SmallPacket.Past(jd: 2_460_560.5, candid: 4, magpsf: 18, isdiffpos: "t")]
        packet.image = [1, 2, 3]
        let whole = try packet.container()
        var decoder = AlertDecoder()
        for end in 0..<whole.count {
            #expect(throws: AlertError.self) { try decoder.decode(whole[..<end]) { _ in } }
        }
        for index in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[index] ^= 1 << bit
                _ = try? decoder.decode(changed[...]) { _ in }
            }
        }
    }

    @Test("the error names the field and the byte") func place() throws {
        // The image of 200 bytes is the last field; 50 of them are cut off.
        let body = Array(SmallPacket(candid: 5).body.dropLast(50))
        let encoder = ContainerEncoder(schema: SmallPacket.schema.utf8)
        var file = encoder.header
        try encoder.block(count: 1, data: body[...], into: &file)
        var decoder = AlertDecoder()
        do throws(AlertError) {
            try decoder.decode(file[...]) { _ in }
            Issue.record("a cut record was taken for whole")
        } catch {
            #expect(error.field == "cutoutScience.stampData")
            // Where the image's length stands: its two bytes and 150 of the image come before the sync marker.
            #expect(error.offset == file.count - SyncMarker.count - 152)
        }
    }
}

@Suite struct CutPacketTests {
    @Test(
        "a packet cut within a record names the field it was cut in",
        arguments: [(60, "cutoutScience.stampData"), (230, "cutoutScience.fileName")])
    func cut(bytes: Int, field: String) throws {
        var decoder = AlertDecoder()
        let packet = try SmallPacket(candid: 5).container().dropLast(bytes)
        do throws(AlertError) {
            try decoder.decode(packet) { _ in }
            Issue.record("a cut packet was taken for whole")
        } catch {
            #expect(error.field == field)
            #expect(error.offset < packet.count)
        }
    }
}

@Suite struct CalendarDateTests {
    /// Dates and their MJD as the US Naval Observatory's calendar gives them.
    @Test(arguments: [(0.0, 18_581_117), (51_544.0, 20_000_101), (60_568.25, 20_240_915), (59_273.999, 20_210_228)])
    func dates(mjd: Double, expected: Int) { #expect(CalendarDate(mjd: mjd).yyyymmdd == expected) }
}
