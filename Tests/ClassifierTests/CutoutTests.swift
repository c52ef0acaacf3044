import Alerts
import Classifier
import Foundation
import ONNX
import TestSupport
import Testing
import Threads

/// A network of braai's shape, whose weights onnx/make_models.py draws. Expected: onnx/cnn_scores.py, which computes it by
/// numpy alone.
@Suite(.enabled(if: TestModels.hasRuntime, "\(TestModels.skippedRuntime)")) struct CutoutTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TestModels.make(in: folder)
    }

    private func classifier(_ cutouts: String, model: String = "cnn") throws -> Classifier {
        try folder.classifier(
            "real", model: model, surveys: "'ztf'", inputs: "triplet: { cutouts: { \(cutouts) } }", classes: "'real'")
    }

    private static let braai =
        "order: ['science', 'template', 'difference'], side: 63, normalisation: 'l2', nan: 0, pad: 1e-9"

    /// cnn_scores.py makes the same.
    static func image(_ alert: Int, _ kind: Int, width: Int, height: Int) -> [UInt8] {
        fits(width: width, height: height) { row, column in
            guard (row + column + alert) % 97 != 5 else { return .nan }
            let bump = kind == 1 ? 0 : 400 / Double(1 + (row - 31) * (row - 31) + (column - 31) * (column - 31))
            return Float((row * 7 + column * 13 + alert * 29 + kind * 17) % 31 - 9) + Float(bump.rounded(.down))
        }
    }

    private func alert(_ number: Int, width: Int, height: Int) throws -> DecodedAlert {
        var packet = TripletPacket()
        packet.packet.image = Self.image(number, 0, width: width, height: height)
        packet.template = Self.image(number, 1, width: width, height: height)
        packet.difference = Self.image(number, 2, width: width, height: height)
        return try packet.decoded()
    }

    @Test("whole, cut and small stamps have numpy's scores") func scores() throws {
        let classifier = try classifier(Self.braai)
        let expected = [
            (63, 63, 0.42759926), (63, 63, 0.42644310), (61, 63, 0.42669713), (63, 40, 0.42376107),
            (20, 30, 0.44147365),
        ]
        for (number, (height, width, score)) in expected.enumerated() {
            let scores = try classifier.scores(of: alert(number, width: width, height: height), lightCurve: [])
            #expect(abs(try #require(scores)[0] - score) < 1e-6, "\(number)")
        }
    }

    @Test("the order of the images, the place of the padding and the normalisation count") func options() throws {
        let alert = try alert(2, width: 40, height: 61)
        let all = try [
            Self.braai, Self.braai.replacing("'science', 'template'", with: "'template', 'science'"),
            Self.braai + ", place: 'middle'", Self.braai.replacing("l2", with: "none"),
            Self.braai.replacing("nan: 0", with: "nan: 50"), Self.braai.replacing("1e-9", with: "0.01"),
        ].map { try #require(try classifier($0).scores(of: alert, lightCurve: []))[0] }
        #expect(Set(all.map { Int($0 * 1e6) }).count == all.count, "\(all)")
    }

    @Test("no score without an image, for one that is too large, no FITS, or all zeros") func lacking() throws {
        let classifier = try classifier(Self.braai)
        var packet = TripletPacket()
        packet.packet.image = Self.image(0, 0, width: 63, height: 63)
        packet.template = Self.image(0, 1, width: 63, height: 63)
        for difference in [
            nil, Self.image(0, 2, width: 64, height: 63), Array("no FITS".utf8),
            fits(width: 63, height: 63) { _, _ in 0 }, fits(width: 63, height: 63) { _, _ in .nan },
        ] {
            packet.difference = difference
            #expect(try classifier.scores(of: packet.decoded(), lightCurve: []) == nil)
        }
    }

    @Test("a description that does not fit the model names the field") func misfits() throws {
        for (cutouts, reason) in [
            (
                Self.braai.replacing("63", with: "64"),
                "inputs.triplet: makes [1, 64, 64, 3], and the model takes triplet [any, 63, 63, 3]"
            ),
            (
                Self.braai + ", layout: 'imagesFirst'",
                "inputs.triplet: makes [1, 3, 63, 63], and the model takes triplet [any, 63, 63, 3]"
            ),
        ] {
            let error = #expect(throws: ClassifierError.self) { try classifier(cutouts) }
            #expect(error?.description.hasSuffix(reason) == true, "\(error?.description ?? "")")
        }
        let linear = #expect(throws: ClassifierError.self) { try classifier(Self.braai, model: "linear") }
        #expect(linear?.reason == "the model also has an input fields [any, 3]")
    }

    @Test("threads that share a classifier get the same scores") func threads() throws {
        let classifier = try classifier(Self.braai)
        let alerts = try (0..<4).map { try alert($0, width: 63, height: 63) }
        let alone = try alerts.map { try classifier.scores(of: $0, lightCurve: []) }
        let together = Array(repeating: alerts, count: 10).flatMap(\.self).concurrentMap {
            try? classifier.scores(of: $0, lightCurve: [])
        }
        #expect(together == Array(repeating: alone, count: 10).flatMap(\.self))
    }
}
