package import Alerts

/// The index by which alerts are found in the sky: zones of declination, and in each of them by right ascension.
///
/// It is an index of the alert table itself, so that no other table must be kept equal to it. The alerts of an exposure
/// lie together in it, and change few of its pages.
///
/// Source: Gray, Nieto-Santisteban & Szalay 2006, MSR-TR-2006-52, "The Zones Algorithm".
package enum SkyZones {
    /// Zones to a degree: each is 5 arcmin high.
    package static let perDegree = 12

    /// The number of a declination's zone, in SQL; the index is used where a query has the same expression.
    ///
    /// - Parameter dec: A column, or an expression, of declination, degrees.
    /// - Returns: An expression: 0 at the south pole, 2160 at the north pole.
    package static func expression(dec: String) -> String { "CAST((\(dec) + 90) * \(perDegree) AS INTEGER)" }

    /// The zones between two declinations, degrees.
    package static func zones(_ range: ClosedRange<Double>) -> ClosedRange<Int> {
        zone(range.lowerBound)...zone(range.upperBound)
    }

    private static func zone(_ dec: Double) -> Int { Int((dec + 90) * Double(perDegree)) }

    /// Makes the index of a survey's alert table.
    package static func definition(_ tables: SurveyTables) -> String {
        let (ra, dec) = tables.positionColumns
        return "CREATE INDEX IF NOT EXISTS \(tables.alerts)_zone ON \(tables.alerts) (\(expression(dec: dec)), \(ra))"
    }
}
