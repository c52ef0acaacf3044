import SQLite
import TestSupport
import Testing

@Suite struct SkyTests {
    struct Pair: Sendable {
        let from: (ra: Double, dec: Double)
        let to: (ra: Double, dec: Double)
        /// Arcsec: mpmath 1.3 with 50 digits, atan2(|a × b|, a · b) of the unit vectors.
        let arcsec: Double
        /// Where a right ascension near 360 has fewer digits than a distance of an arcsecond needs, the input's rounding.
        var tolerance = 1e-9
    }

    static let pairs = [
        Pair(from: (181.7, 9.5), to: (181.7, 9.5), arcsec: 0),
        Pair(from: (181.7, 9.5), to: (181.7003, 9.5), arcsec: 1.0651884496955373631),
        Pair(from: (359.9999, -20), to: (0.0001, -20), arcsec: 0.67657868688089629843),
        Pair(from: (10, 89.9999), to: (190, 89.9999), arcsec: 0.72000000002390152076),
        Pair(from: (0, 90), to: (123, 90), arcsec: 0),
        Pair(from: (0, -90), to: (50, 90), arcsec: 648_000),
        Pair(from: (10, 20), to: (190, -20), arcsec: 648_000),
        Pair(from: (150.1, 2.2), to: (150.1, 2.20000001), arcsec: 0.000035999999781211045047),
        Pair(from: (120, 45), to: (121, 46), arcsec: 4396.1531430252781601),
        Pair(from: (0, 0), to: (90, 0), arcsec: 324_000),
    ]

    @Test("measures angles as 50 digits do", arguments: pairs)
    func distance(pair: Pair) throws {
        let found = angularDistance(ra1: pair.from.ra, dec1: pair.from.dec, ra2: pair.to.ra, dec2: pair.to.dec)
        #expect(abs(found - pair.arcsec) <= pair.tolerance)
        let back = angularDistance(ra1: pair.to.ra, dec1: pair.to.dec, ra2: pair.from.ra, dec2: pair.from.dec)
        #expect(abs(back - pair.arcsec) <= pair.tolerance)

        let folder = try TemporaryFolder()
        let database = try Database(path: folder.file("sky.db"), mode: .readWriteCreate)
        let query = try database.prepare("SELECT angular_distance(?, ?, ?, ?)")
        for (index, value) in [pair.from.ra, pair.from.dec, pair.to.ra, pair.to.dec].enumerated() {
            query.bind(index, value)
        }
        #expect(try query.step())
        #expect(query.double(0) == found)
    }

    /// A point of an upper limit has no place, and an infinite one is none.
    @Test(
        "is null where a place is", arguments: ["NULL, 1, 2, 3", "1, 2, 3, NULL", "9e999, 1, 2, 3", "1, -9e999, 2, 3"])
    func null(values: String) throws {
        let folder = try TemporaryFolder()
        let database = try Database(path: folder.file("sky.db"), mode: .readWriteCreate)
        let query = try database.prepare("SELECT angular_distance(\(values))")
        #expect(try query.step())
        #expect(query.isNull(0))
    }

    @Test func takesFourNumbers() throws {
        let folder = try TemporaryFolder()
        let database = try Database(path: folder.file("sky.db"), mode: .readWriteCreate)
        #expect(
            fault { _ = try database.prepare("SELECT angular_distance(1, 2)") }?.message
                == "wrong number of arguments to function angular_distance()")
    }

    /// The sky index needs an SQLite that was built with R*Trees.
    @Test func hasRTrees() throws {
        let folder = try TemporaryFolder()
        let database = try Database(path: folder.file("sky.db"), mode: .readWriteCreate)
        try database.execute("CREATE VIRTUAL TABLE sky USING rtree (id, xmin, xmax, ymin, ymax, zmin, zmax)")
        try database.execute("INSERT INTO sky VALUES (7, 0.5, 0.5, 0.5, 0.5, 0.7, 0.7)")
        let near = "SELECT id FROM sky WHERE xmin < 0.6 AND xmax > 0.4 AND zmin > 0.6"
        #expect(try database.integer(near) == 7)
    }
}
