internal import Alerts
internal import DataLayout

/// The view of objects that a survey split in two: a row for each pair, in both orders.
enum SplitView {
    /// The statement that makes `<survey>_same_object`, with the columns `objectId`, `same_as` and `distance` (arcsec).
    ///
    /// The distance is that of the mean positions of the alerts that are near each other. A condition on `objectId` reads that
    /// object's neighbours alone, by the index on zones of declination. At 0 h each place is looked for a turn away as well.
    static func sql(_ tables: SurveyTables, _ rule: SplitRule) -> String {
        let (ra, dec) = tables.positionColumns
        let reach = rule.reach / 3_600
        // By vectors, which have no seam at 0 h and no pole; at such distances the chord is the angle.
        let chord = [
            "cos(radians(DEC)) * cos(radians(RA))", "cos(radians(DEC)) * sin(radians(RA))", "sin(radians(DEC))",
        ]
        .map { axis in
            func of(_ alias: String) -> String {
                axis.replacing("DEC", with: "\(alias).\(dec)").replacing("RA", with: "\(alias).\(ra)")
            }
            return "pow(avg(\(of("b")) - \(of("a"))), 2)"
        }
        // As wide as where the cone comes nearest to the pole; all around where it holds the pole.
        let width = "\(reach) / max(cos(radians(min(abs(a.\(dec)) + \(reach), 90))), 1e-6)"
        return """
            CREATE VIEW IF NOT EXISTS \(name(tables)) AS
            SELECT a.objectId AS objectId, b.objectId AS same_as,
                3600 * degrees(sqrt(\(chord.joined(separator: " + ")))) AS distance
            FROM \(tables.alerts) AS a
                CROSS JOIN (SELECT -360 AS degrees UNION ALL SELECT 0 UNION ALL SELECT 360) AS turn
                CROSS JOIN \(tables.alerts) AS b
            WHERE \(zone("b.\(dec)")) IN (\(zone("a.\(dec) - \(reach)")), \(zone("a.\(dec) + \(reach)")))
                AND b.\(dec) BETWEEN a.\(dec) - \(reach) AND a.\(dec) + \(reach)
                AND b.\(ra) BETWEEN a.\(ra) + turn.degrees - \(width) AND a.\(ra) + turn.degrees + \(width)
                AND b.objectId <> a.objectId AND \(rule.isFixed("a")) AND \(rule.isFixed("b"))
            GROUP BY a.objectId, b.objectId HAVING distance <= \(rule.distance)
            """
    }

    /// `lsst_same_object`.
    static func name(_ tables: SurveyTables) -> String { tables.alerts.replacing("_alerts", with: "_same_object") }

    private static func zone(_ dec: String) -> String { SkyZones.expression(dec: dec) }
}
