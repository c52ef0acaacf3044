package import Alerts
package import DataLayout
internal import Foundation
internal import SQLite
internal import Sky

/// Finds alerts around a place in the sky.
///
/// Plain SQL can do the same by the index of ``SkyZones``: ``sql(survey:ra:dec:radius:)`` gives such a query with its
/// numbers in it.
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

    /// More zones than these are not listed: most of the sky is read anyway.
    private static let mostZones = 720

    /// A query that any SQLite shell runs: the alerts in a box around a cone, which reaches a little beyond it.
    ///
    /// The place is in degrees, the radius in arcsec.
    package static func sql(survey: Survey, ra: Double, dec: Double, radius: Double) -> String {
        let tables = survey.tables
        let columns = [
            tables.idColumn, "objectId", tables.timeColumn, tables.positionColumns.ra, tables.positionColumns.dec,
        ]
        let select = "SELECT \(columns.joined(separator: ", ")) FROM \(tables.alerts)"
        let box = SkyBox(ra: ra, dec: dec, radius: radius / 3600)
        let zones = SkyZones.zones(box.dec)
        guard zones.count <= mostZones else { return select }
        let list = zones.map(String.init).joined(separator: ", ")
        let isInZones = "\(SkyZones.expression(dec: tables.positionColumns.dec)) IN (\(list))"
        return box.ra.map {
            "\(select) WHERE \(isInZones) AND \(tables.positionColumns.ra) BETWEEN \($0.lowerBound) AND \($0.upperBound)"
        }.joined(separator: "\nUNION ALL ")
    }
}

/// Ranges of coordinates around a cone, degrees.
private struct SkyBox {
    /// Beyond the rounding of angles.
    private static let margin = 1e-6

    let dec: ClosedRange<Double>
    /// One range, or two that meet at 0 h.
    let ra: [ClosedRange<Double>]

    /// A place and a radius, degrees.
    init(ra: Double, dec: Double, radius: Double) {
        let reach = min(max(radius, 0), 180) + Self.margin
        let (south, north) = (dec - reach, dec + reach)
        self.dec = min(max(south, -90), 90)...max(min(north, 90), -90)
        // A circle that holds a pole has all right ascensions.
        guard south > -90, north < 90 else {
            self.ra = [SkyRange.rightAscension]
            return
        }
        // The meridians that touch the circle.
        let half = asin(min(1, sin(reach * .pi / 180) / cos(dec * .pi / 180))) * 180 / .pi + Self.margin
        var west = (ra - half).truncatingRemainder(dividingBy: 360)
        if west < 0 { west += 360 }
        let east = west + 2 * half
        self.ra = east < 360 ? [west...east] : [west...360, 0...(east - 360)]
    }
}

extension DataReader {
    /// The alerts of a survey within `radius` arcsec of a place given in degrees, nearest first; of the same distance by id.
    package func cone(
        survey: Survey, ra: Double, dec: Double, radius: Double
    ) throws(BrokerError) -> [ConeSearch.Match] {
        guard ra.isFinite, dec.isFinite, radius >= 0 else { return [] }
        var (matches, seen): ([ConeSearch.Match], Set<Int64>) = ([], [])
        let center = SkyPosition(ra: ra, dec: dec)
        let sql = ConeSearch.sql(survey: survey, ra: ra, dec: dec, radius: radius)
        for folder in folders where try folder.hasTable(survey.tables.alerts) {
            do {
                let query = try folder.database.prepare(sql)
                while try query.step() {
                    let (foundRA, foundDec) = (query.double(3), query.double(4))
                    // An alert without a position; an older Nightjar put what is no place somewhere.
                    guard !query.isNull(3), !query.isNull(4), SkyRange.rightAscension.contains(foundRA),
                        SkyRange.declination.contains(foundDec)
                    else { continue }
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
