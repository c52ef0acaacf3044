extension LSSTLayout {
    static let tables = SurveyTables(
        alerts: "lsst_alerts", idColumn: "diaSourceId", objectKind: .integer, timeColumn: "midpointMjdTai",
        positionColumns: ("ra", "dec"),
        firstColumns: firstColumns, derivesObject: true, history: [detections, forced, limits])

    private static let detections = HistoryTable(
        name: "lsst_detections", list: historyList, columns: LSSTHistoryField.allCases.map { ("\($0)", $0.kind) },
        time: "midpointMjdTai", key: .id("diaSourceId"), times: times, domains: domains, ownRecord: "diaSource")

    private static let forced = HistoryTable(
        name: "lsst_forced", list: forcedList, columns: LSSTForcedField.allCases.map { ("\($0)", $0.kind) },
        time: "midpointMjdTai", key: .exposure(filter: "band"), times: times, domains: domains)

    /// Upper limits, which came with packets up to schema 7.4.
    private static let limits = HistoryTable(
        name: "lsst_limits", list: limitList, columns: LSSTLimitField.allCases.map { ("\($0)", $0.kind) },
        time: "midpointMjdTai", key: .exposure(filter: "band"), times: times)

    private static let firstColumns: [AlertColumn] = {
        let fields: [LSSTField] = [
            .midpointMjdTai, .ra, .dec, .psfFlux, .psfFluxErr, .band, .reliability, .diaObjectId, .ssObjectId,
            .isNegative,
        ]
        return fields.map { field in
            let kind: AlertColumn.Kind =
                switch field {
                case .band: .text
                case .diaObjectId, .ssObjectId, .isNegative: .integer
                default: .real
                }
            return AlertColumn(name: "\(field)", path: field.path, kind: kind, domain: domains["\(field)"] ?? .any)
        }
    }()
}

extension LSSTHistoryField {
    var kind: AlertColumn.Kind {
        switch self {
        case .diaSourceId, .isNegative, .is_negative, .visit, .detector, .diaObjectId, .ssObjectId: .integer
        case .psfFlux_flag, .glint_trail, .isDipole: .integer
        case .band: .text
        default: "\(self)".hasPrefix("pixelFlags") ? .integer : .real
        }
    }
}

extension LSSTForcedField {
    var kind: AlertColumn.Kind {
        switch self {
        case .diaForcedSourceId, .diaObjectId, .visit, .detector: .integer
        case .band: .text
        default: .real
        }
    }
}

extension LSSTLimitField {
    var kind: AlertColumn.Kind {
        switch self {
        case .ccdVisitId: .integer
        case .band: .text
        default: .real
        }
    }
}
