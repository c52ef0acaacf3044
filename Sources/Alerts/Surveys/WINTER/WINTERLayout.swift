internal import Avro

/// Where a WINTER packet keeps what, and how its alerts lie in tables.
enum WINTERLayout {
    /// Julian dates of the years 1900 to 2099.
    static let times = 2_415_020.5..<2_488_069.5
    static let cutouts = [
        "cutout_science", "cutout_template", "cutout_difference", "cutoutScience", "cutoutTemplate", "cutoutDifference",
    ]

    /// The object's name has a column of Nightjar's, `objectId`, which SQL does not tell from `objectid`.
    static let columns = ColumnList(
        leftOut: Set(cutouts + ["prv_candidates", "objectid", "objectId"]), bare: "candidate",
        ids: ["candid", "candidate.candid"],
        domains: domains)

    private static let domains: [String: AlertColumn.Domain] = [
        "isdiffpos": .flag, "ra": .rightAscension, "dec": .declination,
    ]

    static let flat = DIASourceLayout(
        record: "candidate", history: "prv_candidates", id: "candid", joined: "prv_candidates_candids",
        object: "objectid", objectSource: nil)

    static func matches(_ record: AvroRecord) -> Bool {
        guard record.fullName == "winter.alert", let candidate = record.field(named: "candidate")?.type.record
        else { return false }
        return ["candid", "jd", "fid", "isdiffpos"].allSatisfy { candidate.field(named: $0) != nil }
    }

    static func paths(in record: AvroRecord) -> [String] {
        WINTERField.allCases.map { field in
            let (winter, wirc) = field.paths
            return record.field(named: wirc) != nil ? wirc : winter
        }
    }

    // MARK: - Tables

    static let tables = SurveyTables(
        alerts: "winter_alerts", idColumn: "candid", objectKind: .text, timeColumn: "jd",
        positionColumns: ("ra", "dec"),
        firstColumns: ["jd", "fid", "ra", "dec", "magpsf", "sigmapsf", "isdiffpos"].map { field in
            AlertColumn(name: field, path: "candidate.\(field)", kind: kind(field), domain: domains[field] ?? .any)
        },
        otherColumns: WINTERColumns.others, derivesObject: true,
        history: [
            HistoryTable(
                name: "winter_detections", list: 0,
                columns: WINTERHistoryField.columns, time: "jd", key: .id("candid"),
                times: times, domains: domains, ownRecord: "candidate")
        ],
        listing: ListingColumns(
            brightness: .magnitude("magpsf"), filter: "fid", bandpass: bandpass, first: "jdstarthist",
            detections: "ndethist", realBogus: ["rb"]))

    /// WIRC's filters count from 0, WINTER's from 1.
    private static let bandpass: @Sendable (String) -> String = { table in
        let cases = Bandpass.winter.enumerated().map { "WHEN \($0) THEN '\($1.name)'" }.joined(separator: " ")
        return "CASE \(table).fid - (coalesce(\(table).objectId, '') NOT LIKE 'WIRC%') \(cases) END"
    }

    static func kind(_ field: String) -> AlertColumn.Kind {
        switch field {
        case "fid", "candid", "field", "fieldid": .integer
        case "isdiffpos": .text
        default: .real
        }
    }
}
