import Sky
import Testing

@Suite struct NightVisibilityTests {
    /// A night of the table.
    struct Row: Sendable {
        let place: String
        let night: Int
        let ra, dec: Double
        /// Sunset and sunrise, dusk and dawn at -6, -12 and -18 degrees, moonrise and moonset.
        let times: [Double?]
        let illumination, separation: Double
        /// Of the position, the Sun and the Moon at local midnight.
        let midnight: [Double]

        init(
            _ place: String, _ night: Int, _ ra: Double, _ dec: Double, _ times: [Double?], illumination: Double,
            separation: Double, midnight: [Double]
        ) {
            (self.place, self.night, self.ra, self.dec, self.times) = (place, night, ra, dec, times)
            (self.illumination, self.separation, self.midnight) = (illumination, separation, midnight)
        }

        var observatory: Observatory? {
            place == "tromso"
                ? Observatory(title: "Tromsø", longitude: 18.9553, latitude: 69.6492, height: 0)
                : Observatory.named(place)
        }

        /// The MJD of 0 h of the date.
        var date: Double {
            switch night {
            case 20_240_915: 60_568
            case 20_260_110: 61_050
            case 20_250_620: 60_846
            case 20_251_105: 60_984
            case 20_250_621: 60_847
            default: 61_030
            }
        }
    }

    /// Made by visibility_table.py with astropy 8.
    private static let table = [
        Row(
            "palomar", 20240915, 10.05, 22.2,
            [
                60569.07836, 60569.56390, 60569.09560, 60569.54664, 60569.11579, 60569.52643, 60569.13628, 60569.50592,
                60569.03066, 60569.48832,
            ], illumination: 0.9521, separation: 53.616, midnight: [73.0433, -54.2161, 35.9211]),
        Row(
            "paranal", 20260110, 83.6, -5.4,
            [
                61050.98311, 61051.41895, 61051.00067, 61051.40139, 61051.02167, 61051.38039, 61051.04357, 61051.35849,
                61051.18551, 61050.70393,
            ], illumination: 0.4493, separation: 118.047, midnight: [57.8883, -43.5310, 2.2873]),
        Row(
            "calar-alto", 20250620, 269.0, 60.0,
            [
                60846.81503, 60847.20155, 60846.83656, 60847.18001, 60846.86346, 60847.15311, 60846.89379, 60847.12278,
                60847.05171, 60846.58974,
            ], illumination: 0.2582, separation: 91.483, midnight: [67.2272, -29.3387, -12.3784]),
        Row(
            "siding-spring", 20251105, 350.0, -45.0,
            [
                60984.35488, 60984.79398, 60984.37286, 60984.77600, 60984.39436, 60984.75451, 60984.41681, 60984.73206,
                60984.34630, 60984.79182,
            ], illumination: 0.9986, separation: 79.637, midnight: [45.7510, -42.7000, 37.6296]),
        Row(
            "tromso", 20250621, 100.0, 50.0,
            [nil, nil, nil, nil, nil, nil, nil, nil, 60847.86782, 60847.71403], illumination: 0.1677,
            separation: 57.646, midnight: [29.8560, 3.0834, 5.0724]),
        Row(
            "tromso", 20251221, 100.0, 50.0,
            [
                nil, nil, 61030.53698, 61031.35546, 61030.60959, 61031.28287, 61030.66402, 61031.22844, nil, nil,
            ], illumination: 0.0341, separation: 154.242, midnight: [69.7828, -43.7898, -44.5956]),
    ]

    @Test("a night is astropy's: times to 10 s, angles to 0.02 degrees", arguments: table)
    func night(row: Row) throws {
        let observatory = try #require(row.observatory)
        let night = try #require(NightVisibility(ra: row.ra, dec: row.dec, from: observatory, date: row.date))
        let darks = [night.sunset, night.civil, night.nautical, night.astronomical]
        let times = darks.flatMap { [$0.dusk, $0.dawn] } + [night.moon.rise, night.moon.set]
        for (found, expected) in zip(times, row.times) {
            #expect((found == nil) == (expected == nil))
            // Near the pole the Moon and the Sun cross the horizon slowly.
            let seconds = row.place == "tromso" ? 60.0 : 10
            if let found, let expected { #expect(abs(found - expected) < seconds / 86_400) }
        }
        #expect(abs(night.moon.illumination - row.illumination) < 1e-3)
        #expect(abs(night.moon.separation - row.separation) < 0.02)
        let midnight = row.date + 1 - observatory.longitude / 360
        let index = try #require(night.times.firstIndex { abs($0 - midnight) < 1e-6 })
        let angles = [night.altitudes[index], night.sunAltitudes[index], night.moonAltitudes[index]]
        for (found, expected) in zip(angles, row.midnight) { #expect(abs(found - expected) < 0.02) }
    }

    @Test("the best time is dark, and none is better") func best() throws {
        let observatory = try #require(Observatory.named("palomar"))
        let night = try #require(NightVisibility(ra: 10.05, dec: 22.2, from: observatory, date: 60_568))
        let best = try #require(night.best)
        let index = try #require(night.times.firstIndex(of: best.mjd))
        #expect(night.sunAltitudes[index] < -18 && best.airmass >= 1 && best.airmass < 1.05)
        // From the far north a southern one is never up.
        let north = Observatory(title: "", longitude: 0, latitude: 60, height: 0)
        let south = try #require(NightVisibility(ra: 10, dec: -60, from: north, date: 60_568))
        #expect(south.best == nil)
    }

    /// The secant where the air is as good as flat; 10.3 at 5 degrees, as all tables have it within 0.2.
    @Test("airmasses") func airmass() throws {
        for (altitude, expected, tolerance) in [(90.0, 1.0, 1e-4), (60, 1.1547, 1e-3), (30, 2, 0.01), (5, 10.3, 0.25)] {
            let found = try #require(NightVisibility.airmass(altitude: altitude))
            #expect(abs(found - expected) < tolerance, "\(altitude)")
        }
        #expect(NightVisibility.airmass(altitude: 4.9) == nil && NightVisibility.airmass(altitude: .nan) == nil)
    }

    @Test("tonight is the night that is, or the next") func tonight() throws {
        let palomar = try #require(Observatory.named("palomar"))
        // 2024-09-15 08:00 UTC is 01:00 in the night that began on the 14th there; 21:00 UTC is after noon of the 15th.
        #expect(NightVisibility.date(of: 60_568 + 8 / 24.0, at: palomar) == 60_567)
        #expect(NightVisibility.date(of: 60_568 + 21 / 24.0, at: palomar) == 60_568)
    }

    @Test("observatories are on the Earth, each once") func observatories() {
        let names = Observatory.all.map(\.name)
        #expect(names == names.sorted() && Set(names).count == names.count && names.count >= 30)
        for place in Observatory.all {
            #expect(abs(place.longitude) <= 180 && abs(place.latitude) < 90 && (0..<6_000).contains(place.height))
        }
    }

    @Test("no date, no night", arguments: [Double.nan, .infinity, -1e300, 1e300, 0])
    func hostile(date: Double) {
        let place = Observatory(title: "", longitude: 0, latitude: 90, height: 0)
        #expect(NightVisibility(ra: 0, dec: 90, from: place, date: date) == nil)
    }
}
