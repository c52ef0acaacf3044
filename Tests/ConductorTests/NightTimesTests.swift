import Alerts
import Conductor
import Testing

@Suite struct NightTimesTests {
    @Test("ZTF's night lies in its UTC date; LSST's goes over midnight from noon to noon") func windows() throws {
        let ztf = try #require(NightTimes(night: 20_240_915, of: .ztf))
        #expect(ztf.begin == 60568 && ztf.end == 60569)
        let (dusk, dawn) = (try #require(ztf.nauticalDusk), try #require(ztf.nauticalDawn))
        #expect(60568 < dusk && dusk < dawn && dawn < 60569)
        let lsst = try #require(NightTimes(night: 20_260_224, of: .lsst))
        #expect(lsst.begin == 61095.5 && lsst.end == 61096.5)
        let (sunset, sunrise) = (try #require(lsst.sunset), try #require(lsst.sunrise))
        #expect(61095.5 < sunset && sunset < 61096 && 61096 < sunrise && sunrise < 61096.5)
    }

    @Test("all of a year's nights have their times in order", arguments: [Survey.ztf, .lsst]) func order(survey: Survey)
        throws
    {
        for day in 0..<366 {
            let night = NightTimes.night(20_280_101, plus: day)
            let times = try #require(NightTimes(night: night, of: survey))
            let order = [
                times.begin, try #require(times.sunset), try #require(times.nauticalDusk),
                try #require(times.astronomicalDusk), try #require(times.astronomicalDawn),
                try #require(times.nauticalDawn), try #require(times.sunrise),
            ]
            #expect(order == order.sorted(), "\(night)")
            #expect(times.exposuresEnd < times.opens + 1)
            // Every moment of the dark belongs to the night.
            for time in [times.opens, (times.opens + times.exposuresEnd) / 2, times.exposuresEnd] {
                #expect(NightTimes.night(at: time, of: survey) == night)
            }
        }
    }

    @Test(
        "dates go over months, years and leap days",
        arguments: [
            (20_240_228, 1, 20_240_229), (20_240_229, 1, 20_240_301), (20_231_231, 1, 20_240_101),
            (20_240_301, -1, 20_240_229),
            (21_000_228, 1, 21_000_301),
        ])
    func dates(night: Int, count: Int, expected: Int) { #expect(NightTimes.night(night, plus: count) == expected) }

    @Test(
        "what is no date is no night",
        arguments: [0, -1, 20_240_230, 20_241_301, 20_240_100, 1_000_000_000, .max, .min])
    func none(night: Int) { #expect(NightTimes(night: night, of: .ztf) == nil) }

    @Test("where the Sun does not set or rise, the night has its 24 hours") func polar() throws {
        let site = ObservingSite(name: "Dome C", longitude: 123.3333, latitude: -75.1, height: 3_233)
        // The Sun does not set in December and does not rise in June.
        for night in [20_261_221, 20_260_621] {
            let times = try #require(NightTimes(night: night, of: .ztf, at: site))
            #expect(times.sunset == nil && times.sunrise == nil)
            #expect(times.opens == times.begin)
            #expect(times.exposuresEnd <= times.end && times.exposuresEnd > times.opens)
        }
    }
}
