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
        let boxes = conditions(
            raColumn: tables.positionColumns.ra, decColumn: tables.positionColumns.dec, ra: ra, dec: dec,
            radius: radius / 3600)
        return boxes.isEmpty ? select : boxes.map { "\(select) WHERE \($0)" }.joined(separator: "\nUNION ALL ")
    }

    /// What holds in a box around a cone, for the index of the columns' table: one condition, or two that meet at 0 h; none where
    /// most of the sky is in it. The place and the radius are in degrees.
    private static func conditions(
        raColumn: String, decColumn: String, ra: Double, dec: Double, radius: Double
    ) -> [String] {
        let box = SkyBox(ra: ra, dec: dec, radius: radius)
        let zones = SkyZones.zones(box.dec)
        guard zones.count <= mostZones else { return [] }
        let list = zones.map(String.init).joined(separator: ", ")
        let isInZones = "\(SkyZones.expression(dec: decColumn)) IN (\(list))"
        return box.ra.map { "\(isInZones) AND \(raColumn) BETWEEN \($0.lowerBound) AND \($0.upperBound)" }
    }

    /// SQL that is true for all within a cone, and that the index of the columns' table serves; `nil` where it is no help.
    static func condition(
        raColumn: String, decColumn: String, ra: Double, dec: Double, radius: Double
    ) -> String? {
        guard SkyRange.declination.contains(dec), radius.isFinite, ra.isFinite else { return nil }
        let place = ra.truncatingRemainder(dividingBy: 360)
        let all = conditions(
            raColumn: raColumn, decColumn: decColumn, ra: place < 0 ? place + 360 : place, dec: dec, radius: radius)
        return all.isEmpty ? nil : "(" + all.map { "(\($0))" }.joined(separator: " OR ") + ")"
    }

    /// The same for a place and a radius, degrees, that are values of SQL: the zones alone.
    static func condition(decColumn: String, dec: String, radius: String) -> String {
        let south = SkyZones.expression(dec: "\(dec) - \(radius) - 0.000001")
        let north = SkyZones.expression(dec: "\(dec) + \(radius) + 0.000001")
        return "(\(SkyZones.expression(dec: decColumn)) BETWEEN \(south) AND \(north))"
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
