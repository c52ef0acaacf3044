internal import Avro

/// Where a ZTF packet keeps what.
enum ZTFLayout {
    static let historyList = 0
    static let forcedList = 1
    /// Julian dates that can be an observation's: the years 1900 to 2099.
    static let times = 2_415_020.5..<2_488_069.5
    static let cutouts = ["cutoutScience", "cutoutTemplate", "cutoutDifference"]

    static let columns = ColumnList(
        leftOut: Set(cutouts + ["prv_candidates", "fp_hists"]), bare: "candidate", ids: ["candid", "candidate.candid"],
        domains: domains)

    /// What values of a detection must be.
    static let domains: [String: AlertColumn.Domain] = [
        "isdiffpos": .flag, "ra": .rightAscension, "dec": .declination,
    ]

    static let flat = DIASourceLayout(
        record: "candidate", history: "prv_candidates", id: "candid", joined: "prv_candidates_candids",
        object: "objectId", objectSource: nil)

    static func lists(of record: AvroRecord) -> [Projection.List] {
        let (history, forced) =
            hasForcedHistory(record) ? ("no prv_candidates", "prv_candidates") : ("prv_candidates", "fp_hists")
        return [ZTFHistoryField.projection(at: history), ZTFForcedField.projection(at: forced)]
    }

    /// Schema 3.5 was a test whose `prv_candidates` are what `fp_hists` are since 4.01.
    private static func hasForcedHistory(_ record: AvroRecord) -> Bool {
        guard record.field(named: "fp_hists") == nil, let type = record.field(named: "prv_candidates")?.type,
            case .array(let item) = (type.nullable?.value ?? type).kind, let point = item.record
        else { return false }
        return point.field(named: "forcediffimflux") != nil && point.field(named: "magpsf") == nil
    }

    /// ZTF calls its record `ztf.alert`; Fink's Spark calls every record `topLevelRecord`, so its fields must tell.
    static func matches(_ record: AvroRecord) -> Bool {
        guard record.fullName == "ztf.alert" || record.fullName.hasPrefix("topLevelRecord"),
            let candidate = record.field(named: "candidate")?.type.record
        else { return false }
        return ["candid", "jd", "fid", "isdiffpos"].allSatisfy { candidate.field(named: $0) != nil }
    }

    /// Some packets that Fink rewrote have their `candid` only in `candidate`.
    static func paths(in record: AvroRecord) -> [String] {
        ZTFField.allCases.map { field in
            field == .candid && record.field(named: "candid") == nil ? "candidate.candid" : field.path
        }
    }
}
