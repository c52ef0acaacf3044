import Foundation
import Salt2
import Salt2Support
import Testing

/// Expected values: sncosmo 2.13.1. Tolerances are parts of the row's peak.
@Suite("Band fluxes and model errors against sncosmo", .enabled(if: Reference.isThere, "\(Reference.skipped)"))
struct BandFluxTests {
    @Test("100 rows of the default model")
    func firstModel() throws { try compare(try Reference.k21.get(), "salt2-k21-frag", rows: 100) }

    @Test(
        "40 rows of a second model",
        .enabled(if: Reference.hasModel("salt2-4"), "\(Reference.skippedSecondModel)"))
    func secondModel() throws { try compare(try Reference.second.get(), "salt2-4", rows: 40) }

    private func compare(_ model: Salt2Model, _ name: String, rows: Int) throws {
        let bands = try Reference.bands.get()
        let lines = try Reference.lines("salt2_public_fluxes.jsonl").filter { $0.text("model") == name }
        #expect(lines.count == rows)
        var worst = (flux: 0.0, variance: 0.0, dispersion: 0.0)
        for line in lines {
            let parameters = Salt2Parameters(
                z: line.number("z"), t0: line.number("t0"), x0: line.number("x0"), x1: line.number("x1"),
                c: line.number("c"))
            let law = try #require(MilkyWayDust.Law(rawValue: line.text("dust")))
            let dust = MilkyWayDust(law: law, mwebv: line.number("mwebv"), rv: line.number("r_v"))
            for name in ["ztfg", "ztfr"] {
                let band = try #require(bands.first { $0.name == name })
                let times = line.numbers("time")
                let flux = try model.bandFlux(band, parameters: parameters, times: times, dust: dust)
                let expected = line.object("flux").numbers(name)
                let peak = expected.map(abs).max() ?? 0
                #expect(flux.count == expected.count && peak > 0)
                for (a, b) in zip(flux, expected) { worst.flux = max(worst.flux, abs(a - b) / peak) }
                let scale = pow(10, 0.4 * 25) / band.abZeroPoint
                for (a, b) in zip(flux, line.object("flux_zp25ab").numbers(name)) {
                    worst.flux = max(worst.flux, abs(a * scale - b) / (peak * scale))
                }
                let errors = try model.relativeErrors(band, parameters: parameters, times: times)
                for (a, b) in zip(errors.variance, line.object("rvar").numbers(name)) {
                    worst.variance = max(worst.variance, abs(a - b) / max(abs(b), 1e-6))
                }
                worst.dispersion = max(worst.dispersion, relative(errors.dispersion, line.object("cdisp").number(name)))
            }
        }
        print(
            "worst of \(name): flux \(worst.flux) of the peak, variance \(worst.variance), dispersion \(worst.dispersion)"
        )
        #expect(worst.flux < 1e-9)
        #expect(worst.variance < 1e-8)
        #expect(worst.dispersion < 1e-12)
    }
}
