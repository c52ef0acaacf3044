import Alerts
import Classifier
import Foundation
import ONNX
import TestSupport
import Testing

/// Descriptions with mistakes, and files that are not what descriptions say.
@Suite struct DescriptionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let hash = String(repeating: "a", count: 64)
    private static let sound = """
        {
          version: "1",
          surveys: ["ztf"],
          model: { file: "model.onnx", sha256: "\(hash)" },
          inputs: { fields: { fields: ["candidate.drb"] } },
          classes: ["real"],
        }
        """
    private static let curve =
        #"{ bands: { g: "ztfg" }, features: ["flux"], normalisation: { file: "n.json", sha256: "\#(hash)" } }"#

    private func description(_ text: String, name: String = "mine") throws -> ClassifierDescription {
        try ClassifierDescription(path: folder.write(text.utf8, to: "\(name).json5"))
    }

    @Test("a sound one says what it is") func sound() throws {
        let description = try description(Self.sound)
        #expect(description.name == "mine" && description.version == "1" && description.classes == ["real"])
        #expect(description.surveys.map(\.name) == ["ztf"] && !description.needsLightCurve)
        _ = try self.description(Self.sound.replacing("fields: [\"candidate.drb\"]", with: "lightCurve: \(Self.curve)"))
    }

    @Test("what the repository has can be read, and says which light curves it wants") func shipped() throws {
        let all = try ClassifierDescription.all(in: TestModels.root.appending(path: "classifiers").path)
        #expect(all.map(\.name) == ["snn_ia_lsst", "snn_ia_ztf", "snn_sn_lsst", "snn_sn_ztf"])
        #expect(all.filter(\.needsLightCurve).count == 4)
        #expect(try ClassifierDescription.all(in: folder.file("none")).isEmpty)
    }

    @Test(
        "a mistake has its line and its field",
        arguments: [
            (#"version: "1","#, "", "mine.json5:1: 'version' is missing"),
            (#"["ztf"]"#, #"["zfs"]"#, "mine.json5:3: surveys[0]: is none of "),
            ("classes", "clases", "mine.json5:6: clases: unknown; did you mean classes?; known are version, "),
            (#"["real"]"#, #"["Real"]"#, "mine.json5:6: classes[0]: 'Real' is no name: a small letter, "),
            (#"["real"]"#, #"["a", "a"]"#, "mine.json5:6: classes: a class is named twice"),
            (#"["real"]"#, "[]", "mine.json5:6: classes: has 0 values; 1 to 64 are taken"),
            ("model.onnx", "../model.onnx", "mine.json5:4: model.file: must lie in the folder of models"),
            ("\(hash)", "abc", "mine.json5:4: model.sha256: must be 64 of 0-9 and a-f"),
            ("fields: [", "field: [", "mine.json5:5: inputs.fields.field: unknown; an input is one of lightCurve, "),
            (#"["candidate.drb"]"#, "[1]", "mine.json5:5: inputs.fields.fields[0]: must be an object"),
            (
                #""candidate.drb""#, #"{ field: "a", scale: 0 }"#,
                "mine.json5:5: inputs.fields.fields[0].scale: nothing can be divided by 0"
            ),
            (
                #"fields: ["candidate.drb"]"#, #"cutouts: { order: ["science"], side: 2000, normalisation: "l2" }"#,
                "mine.json5:5: inputs.fields.cutouts.side: must be a whole number from 1 to 1024"
            ),
            (
                #"fields: ["candidate.drb"]"#, "lightCurve: \(curve.replacing("ztfg", with: "lsstg"))",
                "mine.json5:5: inputs.fields.lightCurve.bands.g: 'lsstg' is no band of its surveys: ztfg, ztfi, ztfr"
            ),
            (
                #"fields: ["candidate.drb"]"#, "lightCurve: \(curve.replacing(#"["flux"]"#, with: #"["flx"]"#))",
                "mine.json5:5: inputs.fields.lightCurve.features[0]: 'flx' is none of 'flux', 'error'"
            ),
            ("version", "version version", "mine.json5:2: ':' should be here"),
        ])
    func mistakes(old: String, new: String, reason: String) throws {
        let error = #expect(throws: ClassifierError.self) {
            try description(Self.sound.replacing(old, with: new))
        }
        let text = error?.description.replacing("\(folder.path)/", with: "") ?? ""
        #expect(text.hasPrefix(reason), "\(text)")
    }

    @Test("a file of another name, one that is too long, and none") func files() throws {
        for name in ["Mine", "1st", "a-b", String(repeating: "a", count: 32)] {
            #expect(throws: ClassifierError.self) { try description(Self.sound, name: name) }
        }
        let long = #expect(throws: ClassifierError.self) {
            try description(Self.sound + String(repeating: " ", count: 1 << 16))
        }
        #expect(long?.reason == "longer than 65536 bytes")
        let none = #expect(throws: ClassifierError.self) { try ClassifierDescription(path: folder.file("none.json5")) }
        #expect(none?.reason == "cannot be read: No such file or directory")
    }
}
