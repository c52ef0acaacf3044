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
        let width = "\(reach) / max(cos(radians(a.\(dec))), 1e-6)"
        return """
            CREATE VIEW IF NOT EXISTS \(name(tables)) AS
            SELECT a.objectId AS objectId, b.objectId AS same_as,
                3600 * sqrt(pow(avg(b.\(dec) - a.\(dec)), 2)
                    + pow(avg((b.\(ra) - turn.degrees - a.\(ra)) * cos(radians(a.\(dec)))), 2)) AS distance
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
