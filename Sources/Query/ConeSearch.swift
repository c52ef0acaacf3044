package import Alerts
package import DataLayout
internal import Foundation
internal import SQLite
internal import Sky

/// Finds alerts around a place in the sky.
///
/// Plain SQL can do the same: `<survey>_sky` is an R*Tree over unit vectors, so that a box around the place's own vector
/// needs no care at 0 h or at the poles. ``sql(survey:ra:dec:radius:)`` gives such a query with its numbers in it.
package enum ConeSearch {
    /// An alert that was found.
    package struct Match: Sendable, Hashable {
        /// The survey's number of it.
        package let id: Int64
        /// The object's name; `nil` where it has none.
        package let objectId: String?
        /// When it was detected.
        package let epoch: Epoch
        /// Right ascension, degrees, ICRS.
        package let ra: Double
        /// Declination, degrees, ICRS.
        package let dec: Double
        /// Distance from the place, arcsec.
        package let distance: Double
    }

    /// A query that any SQLite shell runs: the alerts in the box around a cone, whose corners reach a little beyond it.
    ///
    /// The place is in degrees, the radius in arcsec.
    package static func sql(survey: Survey, ra: Double, dec: Double, radius: Double) -> String {
        let tables = survey.tables
        let vector = UnitVector(ra: ra, dec: dec)
        // The chord of the angle, and the rounding of the tree's 32-bit numbers.
        let reach = 2 * sin(min(radius / 3600, 180) * .pi / 360) + 1e-7
        func within(_ axis: String, _ value: Double) -> String {
            "s.\(axis)max >= \(value - reach) AND s.\(axis)min <= \(value + reach)"
        }
        return """
            SELECT a.\(tables.idColumn), a.objectId, a.\(tables.timeColumn),
                a.\(tables.positionColumns.ra), a.\(tables.positionColumns.dec)
            FROM \(survey.name)_sky AS s JOIN \(tables.alerts) AS a ON a.\(tables.idColumn) = s.id
            WHERE \(within("x", vector.x)) AND \(within("y", vector.y)) AND \(within("z", vector.z))
            """
    }
}

extension DataReader {
    /// The alerts of a survey within `radius` arcsec of a place given in degrees, nearest first; of the same distance by id.
    package func cone(
        survey: Survey, ra: Double, dec: Double, radius: Double
    ) throws(BrokerError) -> [ConeSearch.Match] {
        var (matches, seen): ([ConeSearch.Match], Set<Int64>) = ([], [])
        let center = SkyPosition(ra: ra, dec: dec)
        let sql = ConeSearch.sql(survey: survey, ra: ra, dec: dec, radius: radius)
        for folder in folders where try folder.hasTable(survey.tables.alerts) {
            do {
                let query = try folder.database.prepare(sql)
                while try query.step() {
                    let (foundRA, foundDec) = (query.double(3), query.double(4))
                    // An older Nightjar put what is no place somewhere.
                    guard SkyRange.rightAscension.contains(foundRA), SkyRange.declination.contains(foundDec) else {
                        continue
                    }
                    let distance = center.separation(from: SkyPosition(ra: foundRA, dec: foundDec))
                    guard distance <= radius, seen.insert(query.integer(0)).inserted else { continue }
                    matches.append(
                        ConeSearch.Match(
                            id: query.integer(0), objectId: query.text(1), epoch: survey.time.epoch(query.double(2)),
                            ra: foundRA, dec: foundDec, distance: distance))
                }
            } catch { throw BrokerError(error) }
        }
        return matches.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }
    }
}
