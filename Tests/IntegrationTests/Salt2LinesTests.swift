import Foundation
import Salt2
import Salt2Support
import TestSupport
import Testing

@testable import nightjar

@Suite("JSON lines of the salt2 commands")
struct Salt2LinesTests {
    let synthetic: SyntheticModel
    let lines: Salt2Lines

    init() throws {
        synthetic = try SyntheticModel()
        lines = Salt2Lines(library: try ModelLibrary(folder: synthetic.folder.path))
    }

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test func aCurveIsFittedAtItsRedshift() throws {
        let fitter = try synthetic.fitter()
        let truth = Salt2Parameters(z: 0.05, t0: 59_000.3, x0: 1e-3, x1: 0.8, c: 0.1)
        let points = try SyntheticModel.points(fitter, truth)
        let line: [String: Any] = [
            "id": "a\"b", "model": "toy", "z": 0.05, "zp": 25, "zpsys": "ab", "mjd": points.map(\.mjd),
            "band": points.map(\.bandpass), "flux": points.map(\.flux), "fluxerr": points.map(\.fluxError),
            "bounds": ["x1": [-3, 3]], "dust": "none", "mwebv": 0,
        ]
        let answer = try object(lines.fit(Array(JSONSerialization.data(withJSONObject: line))))
        #expect(answer.text("id") == "a\"b")
        #expect(answer["success"] as? Bool == true)
        #expect(answer["names"] as? [String] == ["t0", "x0", "x1", "c"])
        #expect(abs(answer.object("parameters").number("x1") - 0.8) < 1e-3)
        #expect(answer.object("parameters").number("z") == 0.05)
        #expect(answer.object("errors").count == 4)
        #expect((answer["covariance"] as? [[Double]])?.count == 4)
        #expect(answer["ndof"] as? Int == points.count - 4)
    }

    @Test func aRowOfFluxesIsAnswered() throws {
        let line =
            #"{"id":7,"model":"toy","z":0,"t0":0,"x0":1,"x1":0,"c":0,"time":[-90,0,2.5],"bands":["red"],"dust":"none"}"#
        let answer = try object(lines.flux(Array(line.utf8)))
        #expect(answer["id"] as? Int == 7)
        let flux = answer.object("flux").numbers("red")
        #expect(flux.count == 3 && flux[0] == 0 && flux[1] > 0)
        #expect(answer.object("rvar").numbers("red")[0] == 10_000)
        #expect(answer.object("cdisp").number("red") > 0.02)
        #expect(answer.object("flux_zp25ab").numbers("red")[2] > 0)
    }

    @Test("numbers of any length are read to their last bit") func longNumbers() throws {
        let numbered = lines.flux(Array(#"{"id":60186.286319400184}"#.utf8))
        #expect(String(decoding: numbered, as: UTF8.self).contains(#""id":60186.286319400184"#))
        // The bounds fall by two units in the last place.
        let line =
            #"{"model":"toy","mjd":[1],"band":["red"],"flux":[1],"fluxerr":[1],"zp":25,"#
            + #""bounds":{"t0":[60186.286319400184,60186.28631940017]}}"#
        #expect(String(decoding: lines.fit(Array(line.utf8)), as: UTF8.self).contains("bounds.t0"))
    }

    @Test(
        "an id comes back as it was given, but as a string where it is beyond 2^53",
        arguments: [
            ("7", "7"), ("9007199254740992", "9007199254740992"), ("1548252010015010003", #""1548252010015010003""#),
            ("-1548252010015010003", #""-1548252010015010003""#),
            (#""1548252010015010003""#, #""1548252010015010003""#),
        ])
    func longId(id: String, expected: String) {
        let answer = String(decoding: lines.fit(Array(#"{"id":\#(id)}"#.utf8)), as: UTF8.self)
        #expect(answer.hasPrefix(#"{"id":\#(expected),"#) || answer.hasPrefix(#"{"id": \#(expected),"#), "\(answer)")
    }

    @Test(
        "a bad line is answered with its id and an error",
        arguments: [
            ("", "null"), ("[1]", "null"), ("{\"id\":\"x\"", "null"), (#"{"id":"x"}"#, "x"),
            (#"{"id":"x","model":"../toy"}"#, "x"), (#"{"id":"x","model":"none"}"#, "x"),
            (#"{"id":"x","model":"toy","mjd":[1],"band":["red"],"flux":[1],"fluxerr":[1,2]}"#, "x"),
            (#"{"id":"x","model":"toy","mjd":[1],"band":["red"],"flux":[1],"fluxerr":["1"]}"#, "x"),
            (
                #"{"id":"x","model":"toy","mjd":[1],"band":["red"],"flux":[1],"fluxerr":[1],"zp":25,"bounds":{"z":[2]}}"#,
                "x"
            ),
            (#"{"id":"x","model":"toy","mjd":[1],"band":["red"],"flux":[1],"fluxerr":[1],"zp":25,"dust":"odd"}"#, "x"),
        ])
    func badLine(line: String, id: String) throws {
        for bytes in [lines.fit(Array(line.utf8)), lines.flux(Array(line.utf8))] {
            let answer = try object(bytes)
            #expect(answer["id"] is NSNull ? id == "null" : answer.text("id") == id)
            #expect(!answer.text("error").isEmpty)
        }
    }

    @Test("fluxes without a zero point are no light curve", arguments: ["", #","zp":null"#]) func zeroPoint(zp: String)
        throws
    {
        let line = #"{"id":"x","model":"toy","z":0.05,"mjd":[1],"band":["red"],"flux":[1],"fluxerr":[1]\#(zp)}"#
        #expect(try object(lines.fit(Array(line.utf8))).text("error").hasPrefix("zp: missing"))
    }

    @Test("a band that is no bandpass is named") func unknownBand() throws {
        let points = try SyntheticModel.points(
            try synthetic.fitter(), Salt2Parameters(z: 0.05, t0: 59_000.3, x0: 1e-3, x1: 0.8, c: 0.1))
        func answer(_ bands: [String]) throws -> [String: Any] {
            let line: [String: Any] = [
                "id": 1, "model": "toy", "z": 0.05, "zp": 25, "mjd": points.map(\.mjd), "band": bands,
                "flux": points.map(\.flux), "fluxerr": points.map(\.fluxError),
            ]
            return try object(lines.fit(Array(JSONSerialization.data(withJSONObject: line))))
        }
        let known = points.map(\.bandpass)
        #expect(try answer(known)["unknown_bands"] == nil)
        let odd = try answer(known.dropLast(2) + ["z band", "ZTF_g"])
        #expect(odd["unknown_bands"] as? [String] == ["ZTF_g", "z band"])
        #expect(odd["points_used"] as? Int == points.count - 2)
    }

    @Test func aNullAmongFluxesFailsThatFitAlone() throws {
        let line = #"{"id":"x","model":"toy","z":0.05,"mjd":[1],"band":["red"],"flux":[null],"fluxerr":[1],"zp":25}"#
        let answer = try object(lines.fit(Array(line.utf8)))
        #expect(answer["success"] as? Bool == false)
        #expect(answer.text("reason_code") == "badPoint")
        #expect(answer["chisq"] is NSNull)
    }

    @Test(
        "the public rows come back in their own form",
        .enabled(if: Reference.isThere, "\(Reference.skipped)"))
    func publicRows() throws {
        let lines = Salt2Lines(library: try ModelLibrary(folder: Reference.folder("")))
        let row = try #require(try Reference.bytes("salt2_public_fluxes.jsonl").split(separator: 0x0a).first)
        let expected = try object(Array(row))
        let answer = try object(lines.flux(Array(row)))
        #expect(answer.text("id") == expected.text("id"))
        for field in ["flux", "flux_zp25ab", "rvar"] {
            #expect(answer.object(field).numbers("ztfg").count == expected.object(field).numbers("ztfg").count)
        }
    }
}
