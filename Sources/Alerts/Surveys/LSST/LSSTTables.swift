extension LSSTLayout {
    static let tables = SurveyTables(
        alerts: "lsst_alerts", idColumn: "diaSourceId", objectKind: .integer, timeColumn: "midpointMjdTai",
        positionColumns: ("ra", "dec"), exposureColumns: ("visit", "detector"),
        firstColumns: firstColumns, otherColumns: LSSTColumns.others, derivesObject: true,
        history: [detections, forced, limits], listing: listing,
        dataKind: LSSTCamera.dataKind(injected: true), split: split)

    private static let listing = ListingColumns(
        brightness: .flux("psfFlux", zeroPoint: FluxDensity.zeroPoint), filter: "band",
        bandpass: ListingColumns.bandpass(
            "band", zip(["u", "g", "r", "i", "z", "y"], Bandpass.lsst).map { ("'\($0)'", $1) }),
        first: "diaObject_firstDiaSourceMjdTai", detections: "diaObject_nDiaSources", realBogus: ["reliability"])

    /// Images of one place that are taken within some minutes may each make a `diaObject` there. Astrometry of LSST's sources is
    /// good to some 0.1 arcsec. Objects of the solar system move, and are never joined.
    private static let split = SplitRule(distance: 0.7) { "\($0).objectId = \($0).diaObjectId" }

    private static let detections = HistoryTable(
        name: "lsst_detections", list: historyList, columns: LSSTHistoryField.columns,
        time: "midpointMjdTai", key: .id("diaSourceId"), times: times, domains: domains, ownRecord: "diaSource",
        withdrawn: "timeWithdrawnMjdTai", dataKind: LSSTCamera.dataKind(injected: true))

    private static let forced = HistoryTable(
        name: "lsst_forced", list: forcedList, columns: LSSTForcedField.columns,
        time: "midpointMjdTai", key: .exposure(filter: "band"), times: times, domains: domains,
        withdrawn: "timeWithdrawnMjdTai", dataKind: LSSTCamera.dataKind(injected: false))

    /// Upper limits, which came with packets up to schema 7.4.
    private static let limits = HistoryTable(
        name: "lsst_limits", list: limitList, columns: LSSTLimitField.columns,
        time: "midpointMjdTai", key: .exposure(filter: "band"), times: times)

    private static let firstColumns: [AlertColumn] = {
        let fields: [LSSTHistoryField] = [
            .midpointMjdTai, .ra, .dec, .psfFlux, .psfFluxErr, .band, .reliability, .diaObjectId, .ssObjectId,
            .isNegative, .visit, .timeWithdrawnMjdTai, .pixelFlags_injected, .pixelFlags_injectedCenter,
            .pixelFlags_injected_template, .pixelFlags_injected_templateCenter,
        ]
        return fields.map { field in
            AlertColumn(
                name: "\(field)", path: "diaSource.\(field)", kind: field.kind, domain: domains["\(field)"] ?? .any)
        }
    }()
}
