internal import Avro

/// Where an LSST packet keeps what.
enum LSSTLayout {
    static let historyList = 0
    static let forcedList = 1
    static let limitList = 2
    /// Modified Julian dates that can be an observation's: the years 1900 to 2099. Rubin's samples of a schema, whose values
    /// are made by chance, have 1480360995 there.
    static let times = 15_020.0..<88_069.0
    static let cutouts = ["cutoutDifference", "cutoutScience", "cutoutTemplate"]

    static let columns = ColumnList(
        leftOut: Set(cutouts + ["prvDiaSources", "prvDiaForcedSources", "prvDiaNondetectionLimits"]), bare: "diaSource",
        ids: ["diaSourceId", "diaSource.diaSourceId"],
        domains: domains)

    /// What values of a point must be.
    static let domains: [String: AlertColumn.Domain] = ["ra": .rightAscension, "dec": .declination]

    static let flat = DIASourceLayout(
        record: "diaSource", history: "prvDiaSources", id: "diaSourceId", joined: "prvDiaSources_diaSourceIds",
        object: "diaObjectId", objectSource: "diaSource.diaObjectId")

    static var lists: [Projection.List] {
        [LSSTHistoryField.projection, LSSTForcedField.projection, LSSTLimitField.projection]
    }

    /// The alert's id stands at the top since schema 8.0, and in `diaSource` alone before.
    static func paths(in record: AvroRecord) -> [String] {
        LSSTField.allCases.map { field in
            field == .diaSourceId && record.field(named: "diaSourceId") != nil ? "diaSourceId" : field.path
        }
    }

    /// Rubin calls its record `lsst.alert` or `lsst.v9_0.alert`; Fink's Spark calls every record `topLevelRecord`.
    static func matches(_ record: AvroRecord) -> Bool {
        guard record.fullName.hasPrefix("lsst.") || record.fullName.hasPrefix("topLevelRecord"),
            let source = record.field(named: "diaSource")?.type.record
        else { return false }
        return ["diaSourceId", "midpointMjdTai", "psfFlux"].allSatisfy { source.field(named: $0) != nil }
    }
}
