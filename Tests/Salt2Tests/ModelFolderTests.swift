import Foundation
import Salt2
import Salt2Support
import TestSupport
import Testing

@Suite("Model folders that are damaged")
struct ModelFolderTests {
    let synthetic: SyntheticModel

    init() throws { synthetic = try SyntheticModel() }

    private func code(_ work: () throws -> Void) -> (Salt2Error.Code?, String) {
        do {
            try work()
            return (nil, "")
        } catch let error as Salt2Error {
            return (error.code, error.location)
        } catch {
            return (nil, "\(error)")
        }
    }

    @Test(
        "a missing file is named",
        arguments: ["template_0", "template_1", "lc_relative_variance_0", "color_correction", "color_dispersion"])
    func missing(file: String) throws {
        try FileManager.default.removeItem(atPath: "\(synthetic.path)/salt2_\(file).dat")
        let (code, place) = code { _ = try Salt2Model.load(folder: synthetic.path) }
        #expect(code == .missingFile)
        #expect(place.hasSuffix("salt2_\(file).dat"))
    }

    @Test("a cut file is named", arguments: [1, 20, 300])
    func cut(bytes: Int) throws {
        let path = "\(synthetic.path)/salt2_template_1.dat"
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data.removeLast(bytes)
        try data.write(to: URL(fileURLWithPath: path))
        let (code, place) = code { _ = try Salt2Model.load(folder: synthetic.path) }
        #expect(code == .cutFile)
        #expect(place.hasSuffix("salt2_template_1.dat"))
    }

    @Test("what is no number is refused", arguments: ["-20 2000 x\n", "-20 2000 nan\n", ""])
    func text(content: String) throws {
        try synthetic.folder.write(Array(content.utf8), to: "toy/salt2_template_0.dat")
        let (code, _) = code { _ = try Salt2Model.load(folder: synthetic.path) }
        #expect(code == (content.isEmpty ? .cutFile : .unreadableFile))
    }

    @Test(
        "wrong colour laws are refused",
        arguments: ["", "4\n1 2", "2\n1 2\nSalt2ExtinctionLaw.version 0", "1\n1\nodd 3"])
    func colorLaw(content: String) throws {
        try synthetic.folder.write(Array(content.utf8), to: "toy/salt2_color_correction.dat")
        #expect(code { _ = try Salt2Model.load(folder: synthetic.path) }.0 == .badColorLaw)
    }

    @Test(
        "wrong bandpasses are refused",
        arguments: ["", "5000 1\n", "5000 1\n4000 1\n", "4000 0\n5000 0\n", "4000 1\n5000"])
    func bandpass(content: String) throws {
        let path = try synthetic.folder.write(Array(content.utf8), to: "bandpasses/odd.dat")
        #expect(code { _ = try BandpassCurve(name: "odd", file: path) }.0 == .badPassband)
    }

    @Test func bandBeyondTheModelIsRefused() throws {
        let model = try Salt2Model.load(folder: synthetic.path)
        let band = try BandpassCurve(name: "far", wave: [9000, 9500], transmission: [1, 1])
        let truth = Salt2Parameters(z: 0, t0: 0, x0: 1, x1: 0, c: 0)
        #expect(code { _ = try model.bandFlux(band, parameters: truth, times: [0]) }.0 == .outsideModel)
    }
}

@Suite("Other models and curves of the same packages", .enabled(if: Reference.hasModels, "\(Reference.skippedModels)"))
struct OtherModelTests {
    @Test("SALT3 loads, and a supernova made with it is fitted back", arguments: ["salt3-f22"])
    func salt3(name: String) throws {
        let model = try Salt2Model.load(folder: Reference.folder(name))
        #expect(model.kind == .salt3)
        let bands = try Reference.bands.get().filter { $0.name.hasPrefix("ztf") }
        let fitter = Salt2Fitter(model: model, bandpasses: bands, maximumRedshift: 0.05)
        let truth = Salt2Parameters(z: 0.04, t0: 59_000, x0: 2e-3, x1: -0.5, c: 0.05)
        let points = try SyntheticModel.points(fitter, truth, bands: ["ztfg", "ztfr"])
        let fit = fitter.fit(points: points, options: FitOptions(redshift: .fixed(0.04), modelCovariance: true))
        #expect(fit.success && fit.chisq < 1e-3)
        #expect(abs(fit.parameters.x1 + 0.5) < 0.01 && abs(fit.parameters.c - 0.05) < 0.001)
    }

    @Test("LSST's curves peak where the survey says (Ivezic et al. 2019: u 3671, r 6223, y 9712 A)")
    func lsst() throws {
        let bands = try Reference.bands.get()
        for (name, wave) in [("lsstu", 3671.0), ("lsstr", 6223), ("lssty", 9712)] {
            let band = try #require(bands.first { $0.name == name })
            #expect(abs(band.effectiveWave - wave) < 80)
        }
    }
}
