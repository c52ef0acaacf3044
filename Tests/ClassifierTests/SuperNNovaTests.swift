import Testing

@testable import Classifier

/// The shipped networks against SuperNNova 3.0.51 with torch, for the light curves that supernnova/reference.py made.
@Suite(.enabled(if: TestModels.hasNetworks, "\(TestModels.skippedNetworks)")) struct SuperNNovaTests {
    /// By curve, its points.
    private static func curves(_ survey: String) throws -> [Int: [LightCurvePoint]] {
        var curves: [Int: [LightCurvePoint]] = [:]
        for row in try table("supernnova/\(survey).csv") {
            let numbers = try [row[0], row[1], row[3], row[4]].map { try #require(Double($0)) }
            // SNANA's FLUXCAL has a zero point of 27.5.
            curves[Int(numbers[0]), default: []].append(
                LightCurvePoint(
                    mjd: numbers[1], bandpass: survey + row[2].lowercased(), flux: numbers[2], error: numbers[3],
                    zeroPoint: 27.5))
        }
        return curves
    }

    @Test("500 light curves have SuperNNova's scores", arguments: ["ztf", "lsst"], ["ia", "sn"])
    func reference(survey: String, kind: String) throws {
        let classifier = try TestModels.shipped("snn_\(kind)_\(survey)")
        #expect(classifier.classes == [kind, "other"])
        let curves = try Self.curves(survey)
        var (worst, single) = (0.0, 0)
        for row in try table("supernnova/\(survey)_scores.csv") {
            let points = try #require(curves[Int(row[0]) ?? -1])
            let expected = try #require(Double(row[kind == "ia" ? 2 : 3]))
            let scores = try classifier.scores(lightCurve: points, reddening: Double(row[1]), alert: nil)
            guard let scores else {
                // SuperNNova scores a single epoch too; the description asks for two, as Fink does.
                single += 1
                continue
            }
            #expect(abs(scores[0] + scores[1] - 1) < 1e-6)
            worst = max(worst, abs(scores[0] - expected))
        }
        #expect(curves.count == 500 && worst < 1e-5, "\(worst)")
        #expect((1..<150).contains(single), "\(single)")
    }

    @Test("the order of the points, other bands and what is no measurement do not matter") func order() throws {
        let classifier = try TestModels.shipped("snn_ia_ztf")
        let points = try #require(try Self.curves("ztf").values.first { $0.count > 8 })
        let sound = try #require(try classifier.scores(lightCurve: points, reddening: nil, alert: nil))
        let others = [
            LightCurvePoint(mjd: points[0].mjd + 0.5, bandpass: "ztfi", flux: 1, error: 1),
            LightCurvePoint(mjd: points[0].mjd + 0.5, bandpass: "ztfg", flux: .nan, error: 1),
            LightCurvePoint(mjd: points[0].mjd + 0.5, bandpass: "ztfg", flux: 1, error: 0),
            LightCurvePoint(mjd: .infinity, bandpass: "ztfg", flux: 1, error: 1),
        ]
        let mixed = try classifier.scores(lightCurve: others + points.reversed(), reddening: nil, alert: nil)
        #expect(mixed == sound)
    }

    @Test("no score for nothing, for too much, and without the reddening that the network takes") func lacking() throws
    {
        let (ztf, lsst) = (try TestModels.shipped("snn_ia_ztf"), try TestModels.shipped("snn_ia_lsst"))
        #expect(try ztf.scores(lightCurve: [], reddening: nil, alert: nil) == nil)
        let long = (0..<2_001).map { LightCurvePoint(mjd: Double($0), bandpass: "ztfg", flux: 1, error: 1) }
        #expect(try ztf.scores(lightCurve: long, reddening: nil, alert: nil) == nil)
        #expect(try ztf.scores(lightCurve: Array(long.dropLast()), reddening: nil, alert: nil) != nil)
        let points = try #require(try Self.curves("lsst").values.first { $0.count > 8 })
        #expect(try lsst.scores(lightCurve: points, reddening: nil, alert: nil) == nil)
        #expect(try lsst.scores(lightCurve: points, reddening: 0.1, alert: nil) != nil)
        #expect(lsst.description.needsReddening && !ztf.description.needsReddening)
    }
}
