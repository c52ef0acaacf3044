import Salt2
import Salt2Support
import Testing

/// Expected values: sncosmo 2.13.1 with extinction 0.4.9, over the public model and filter files.
@Suite("Model components against sncosmo", .enabled(if: Reference.isThere, "\(Reference.skipped)"))
struct ComponentTests {
    let components: [String: Any]

    init() throws { components = try Reference.object("salt2_public_components.json") }

    @Test("band constants to 1e-12", arguments: ["ztfg", "ztfr"])
    func bandConstants(name: String) throws {
        let band = try #require(try Reference.bands.get().first { $0.name == name })
        let expected = components.object("bands").object(name)
        #expect(relative(band.abZeroPoint, expected.number("ab_zpbandflux")) < 1e-12)
        #expect(relative(band.effectiveWave, expected.number("wave_eff")) < 1e-12)
        #expect(band.sampleWave.count == expected["ngrid"] as? Int)
        #expect(band.wave.count == expected["nsamples"] as? Int)
        #expect(relative(band.maximumWave, expected.number("maxwave")) < 1e-12)
        let (waves, transmissions) = (expected.numbers("wave"), expected.numbers("trans"))
        #expect(waves.count > 10)
        for (wave, transmission) in zip(waves, transmissions) {
            let nearest = try #require(
                band.sampleWave.indices.min { abs(band.sampleWave[$0] - wave) < abs(band.sampleWave[$1] - wave) })
            #expect(abs(band.sampleWave[nearest] - wave) < 1e-8)
            #expect(abs(band.sampleTransmission[nearest] - transmission) < 1e-11)
        }
    }

    /// sncosmo 2.13.1 on its own `P48_I.dat`; the file here is the one in scripts/bandpasses.
    @Test("the i band of ZTF is there") func bandOfI() throws {
        let band = try #require(try Reference.bands.get().first { $0.name == "ztfi" })
        #expect(abs(band.effectiveWave - 7883) < 1)
        #expect(band.minimumWave >= 6868 && band.maximumWave <= 9022)
    }

    @Test(
        "dust laws to 1e-12",
        arguments: [("ccm89_rv31", MilkyWayDust.Law.ccm89, 3.1), ("ccm89_rv25", .ccm89, 2.5), ("f99_rv31", .f99, 3.1)])
    func dust(key: String, law: MilkyWayDust.Law, rv: Double) {
        let waves = components.object("dust").numbers("wave")
        let expected = components.object("dust").object("a_lambda_per_ebv").numbers(key)
        #expect(waves.count == expected.count && waves.count > 40)
        let dust = MilkyWayDust(law: law, mwebv: 1, rv: rv)
        for (wave, extinction) in zip(waves, expected) {
            #expect(relative(dust.extinction(wave: wave), extinction) < 1e-12, "at \(wave) A")
        }
    }

    @Test("colour law and surfaces of the default model")
    func firstModel() throws { try compare(try Reference.k21.get(), "salt2-k21-frag") }

    @Test(
        "colour law and surfaces of a second model",
        .enabled(if: Reference.hasModel("salt2-4"), "\(Reference.skippedSecondModel)"))
    func secondModel() throws { try compare(try Reference.second.get(), "salt2-4") }

    private func compare(_ model: Salt2Model, _ name: String) throws {
        let expected = components.object("models").object(name)
        let law = expected.object("colorlaw")
        for (wave, value) in zip(law.numbers("wave"), law.numbers("cl")) {
            #expect(abs(model.colorLaw.value(wave: wave) - value) < 1e-12 * max(1, abs(value)), "CL at \(wave) A")
        }
        let dispersion = expected.object("colordisp")
        for (wave, value) in zip(dispersion.numbers("wave"), dispersion.numbers("value")) {
            #expect(relative(model.colorDispersion.value(wave), value) < 1e-12)
        }
        let surfaces: [(String, GridSurface?)] = [
            ("M0", model.m0), ("M1", model.m1), ("LCRV00", model.variance0), ("LCRV11", model.variance1),
            ("LCRV01", model.covariance01), ("errscale", model.errorScale),
        ]
        for (key, surface) in surfaces {
            let surface = try #require(surface)
            let rows = try #require(expected.object("surfaces")[key] as? [[Double]])
            let peak = rows.map { abs($0[2]) }.max() ?? 0
            #expect(rows.count > 100 && peak > 0)
            for row in rows {
                let found = surface.value(phase: row[0], wave: row[1])
                #expect(abs(found - row[2]) < 1e-12 * peak, "\(key) at phase \(row[0]), \(row[1]) A")
            }
        }
    }
}
