internal import Avro

/// Where an ELAsTiCC packet keeps what, and how its alerts lie in tables.
enum ELAsTiCCLayout {
    static let historyList = 0
    static let forcedList = 1
    static let limitList = 2
    /// Modified Julian dates of the years 1900 to 2099.
    static let times = 15_020.0..<88_069.0
    static let cutouts = ["cutoutDifference", "cutoutTemplate"]

    static let columns = ColumnList(
        leftOut: Set(cutouts + ["prvDiaSources", "prvDiaForcedSources", "prvDiaNondetectionLimits"]), bare: "diaSource",
        ids: ["diaSource.diaSourceId"],
        domains: domains)

    private static let domains: [String: AlertColumn.Domain] = ["ra": .rightAscension, "decl": .declination]

    static let flat = DIASourceLayout(
        record: "diaSource", history: "prvDiaSources", id: "diaSourceId", joined: "prvDiaSources_diaSourceIds",
        object: "diaObjectId", objectSource: "diaSource.diaObjectId")

    static var lists: [Projection.List] {
        [ELAsTiCCHistoryField.projection, ELAsTiCCForcedField.projection, ELAsTiCCLimitField.projection]
    }

    static func matches(_ record: AvroRecord) -> Bool {
        guard record.fullName.hasPrefix("elasticc."), let source = record.field(named: "diaSource")?.type.record
        else { return false }
        return ["diaSourceId", "midPointTai", "psFlux"].allSatisfy { source.field(named: $0) != nil }
    }

    // MARK: - Tables

    static let tables = SurveyTables(
        alerts: "elasticc_alerts", idColumn: "diaSourceId", objectKind: .integer, timeColumn: "midPointTai",
        positionColumns: ("ra", "decl"),
        firstColumns: firstColumns, otherColumns: ELAsTiCCColumns.others, derivesObject: true,
        history: [
            HistoryTable(
                name: "elasticc_detections", list: historyList,
                columns: ELAsTiCCHistoryField.columns, time: "midPointTai",
                key: .id("diaSourceId"), times: times, domains: domains,
                ownRecord: "diaSource"),
            HistoryTable(
                name: "elasticc_forced", list: forcedList,
                columns: ELAsTiCCForcedField.columns, time: "midPointTai",
                key: .exposure(filter: "filterName"), times: times),
            HistoryTable(
                name: "elasticc_limits", list: limitList,
                columns: ELAsTiCCLimitField.columns, time: "midPointTai",
                key: .exposure(filter: "filterName"), times: times),
        ],
        listing: ListingColumns(
            brightness: .flux("psFlux", zeroPoint: 27.5), filter: "filterName",
            bandpass: ListingColumns.bandpass(
                "filterName",
                ["u", "g", "r", "i", "z", "y", "Y"].enumerated().map { ("'\($1)'", Bandpass.lsst[min($0, 5)]) })))

    private static let firstColumns: [AlertColumn] = {
        let fields: [ELAsTiCCField] = [.midPointTai, .filterName, .ra, .decl, .psFlux, .psFluxErr, .diaObjectId]
        return fields.map { field in
            AlertColumn(
                name: "\(field)", path: field.path, kind: kind("\(field)"), domain: domains["\(field)"] ?? .any)
        }
    }()

    static func kind(_ field: String) -> AlertColumn.Kind {
        switch field {
        case "filterName": .text
        case "diaSourceId", "diaObjectId", "ccdVisitId", "diaForcedSourceId": .integer
        default: .real
        }
    }
}
