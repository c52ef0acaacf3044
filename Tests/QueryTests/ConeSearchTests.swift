import Alerts
import DataLayout
import Foundation
import SQLite
import TestSupport
import Testing

@testable import Query

@Suite struct ConeSearchTests {
    private let folders: DataFolders
    /// Positions, degrees, by the alerts' ids.
    private let places: [Int64: (ra: Double, dec: Double)]

    /// A folder with 2,000 alerts: all over the sky, at its poles, at 0 h, and on the borders of zones.
    init() throws {
        folders = try DataFolders()
        try folders.run([SmallPacket(candid: 1).container()], into: "sky")
        var places: [Int64: (ra: Double, dec: Double)] = [:]
        for index in 0..<1_400 {
            // Even on the sphere, by a sequence that fills it.
            let (east, north) = (Double(index) * 0.754_877_666, Double(index) * 0.569_840_291)
            let sine = 2 * (north - north.rounded(.down)) - 1
            places[Int64(index)] = (360 * (east - east.rounded(.down)), asin(sine) * 180 / .pi)
        }
        for index in 0..<200 {
            let (turn, step) = (1.8 * Double(index), Double(index) / 3600)
            places[Int64(2_000 + index)] = (turn, 90 - step)
            places[Int64(3_000 + index)] = (index.isMultiple(of: 2) ? step : 360 - step, 10 + step)
            places[Int64(4_000 + index)] = (turn, Double(index - 100) / 12)
        }
        for (id, place) in [(5_000, (0.0, -90.0)), (5_001, (360, 90)), (5_002, (360, 0)), (5_003, (0, 0))] {
            places[Int64(id)] = place
        }
        let database = try Database(path: folders.path("sky") + "/nightjar.db", mode: .readWrite)
        try database.execute("CREATE TEMP TABLE one AS SELECT * FROM ztf_alerts; DELETE FROM ztf_alerts; BEGIN")
        let change = try database.prepare("UPDATE one SET candid = ?, ra = ?, dec = ?")
        let insert = try database.prepare("INSERT INTO ztf_alerts SELECT * FROM one")
        for (id, place) in places {
            change.bind(0, id)
            change.bind(1, place.ra)
            change.bind(2, place.dec)
            try change.run()
            try insert.run()
        }
        try database.execute(
            "UPDATE one SET candid = 9000, ra = NULL, dec = NULL; INSERT INTO ztf_alerts SELECT * FROM one")
        try database.execute("COMMIT")
        self.places = places
    }

    /// The angle between two places, arcsec, by their vectors.
    private static func separation(_ one: (ra: Double, dec: Double), _ other: (ra: Double, dec: Double)) -> Double {
        func vector(_ place: (ra: Double, dec: Double)) -> SIMD3<Double> {
            let (ra, dec) = (place.ra * .pi / 180, place.dec * .pi / 180)
            return [cos(dec) * cos(ra), cos(dec) * sin(ra), sin(dec)]
        }
        let difference = vector(one) - vector(other)
        return 2 * asin(min(1, (difference * difference).sum().squareRoot() / 2)) * 180 / .pi * 3600
    }

    @Test("a cone has what the distances to all alerts say", arguments: [0.5, 60, 3_000, 40_000, 250_000, 648_000])
    func exact(radius: Double) throws {
        let reader = try folders.reader("sky")
        let centers: [(ra: Double, dec: Double)] = [
            (0.0, 10.0), (359.999, 10.01), (0, 90), (123, 89.99), (77, -90), (200, -89.5), (33.3, 0), (180, 45),
            (359.9, -60),
            (12.5, 1.0 / 12),
        ]
        for center in centers {
            let found = try reader.cone(survey: .ztf, ra: center.ra, dec: center.dec, radius: radius)
            let distances = places.mapValues { Self.separation($0, center) }
            // Those within a microarcsecond of the rim may be on either side.
            let within = Set(distances.filter { $0.value < radius - 1e-3 }.keys)
            let notBeyond = Set(distances.filter { $0.value < radius + 1e-3 }.keys)
            let ids = Set(found.map(\.id))
            #expect(ids.count == found.count && ids.isSuperset(of: within) && ids.isSubset(of: notBeyond), "\(center)")
            #expect(found.map(\.distance) == found.map(\.distance).sorted())
        }
    }

    @Test("what is no place or no radius finds nothing") func nowhere() throws {
        let reader = try folders.reader("sky")
        for (ra, dec, radius) in [(Double.nan, 0.0, 5.0), (0, .nan, 5), (0, .infinity, 5), (0, 0, .nan), (0, 0, -1)] {
            #expect(try reader.cone(survey: .ztf, ra: ra, dec: dec, radius: radius).isEmpty)
        }
    }

    @Test("a cone is read by the index, also over 0 h") func plan() throws {
        let database = try Database(path: folders.path("sky") + "/nightjar.db", mode: .readOnly)
        for ra in [0.0, 100] {
            let sql = ConeSearch.sql(survey: .ztf, ra: ra, dec: 20, radius: 3_600)
            let plan = try database.prepare("EXPLAIN QUERY PLAN " + sql)
            var steps: [String] = []
            while try plan.step() { steps.append(plan.text(3) ?? "") }
            let searches = steps.filter { $0.contains("ztf_alerts") }
            #expect(searches.count == (ra == 0 ? 2 : 1))
            #expect(searches.allSatisfy { $0.contains("ztf_alerts_zone (<expr>=? AND ra>? AND ra<?)") }, "\(steps)")
        }
    }
}
