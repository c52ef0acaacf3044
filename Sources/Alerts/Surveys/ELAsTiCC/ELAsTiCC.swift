internal import Avro

extension Survey {
    /// The Extended LSST Astronomical Time-series Classification Challenge: LSST's rehearsal of 2022, its alerts simulated.
    ///
    /// Source: schema 0.9 of the Dark Energy Science Collaboration, and the format of its training samples.
    public static let elasticc = Survey(
        name: "elasticc", title: "ELAsTiCC", idName: "diaSourceId", bands: Bandpass.lsst,
        packet: PacketLayout(
            cutouts: ELAsTiCCLayout.cutouts, columns: ELAsTiCCLayout.columns, flat: ELAsTiCCLayout.flat,
            matches: ELAsTiCCLayout.matches, paths: { _ in ELAsTiCCField.allCases.map(\.path) },
            lists: { _ in ELAsTiCCLayout.lists }),
        mapping: ELAsTiCCMapping.self,
        labels: {
            AlertLabels.labels(
                ("diaObject_diaObjectId", $0.alert.objectId), ("diaSource_diaSourceId", String($0.alert.id)))
        },
        tables: ELAsTiCCLayout.tables, time: TimeRule(scale: .taiMiddle, isJulian: false, nightStart: 0.5),
        site: .cerroPachon,
        stream: StreamRule(
            topics: "elasticc", isOneTopic: true, lateWindow: .seconds(75 * 60), timeToExposureEnd: .seconds(15)),
        filters: [
            "extragalactic_transient": PackageResources.elasticc_extragalactic_transient_sql
        ],
        redshifts: 0.01...0.5, fit: FitRule(model: "salt3-f22", usesModelErrors: true),
        fluxUnit: .nanojansky, archiveName: .day)
}

/// The fields of an ELAsTiCC packet that an ``Alert`` is made of, in the order of the projection's columns.
enum ELAsTiCCField: Int, CaseIterable {
    case diaSourceId, midPointTai, filterName, ra, decl, psFlux, psFluxErr, diaObjectId
    case cutoutDifference, cutoutTemplate

    var path: String {
        switch self {
        case .cutoutDifference, .cutoutTemplate: "\(self)"
        default: "diaSource.\(self)"
        }
    }
}

/// The fields of each entry of `prvDiaSources`.
enum ELAsTiCCHistoryField: Int, HistoryField {
    case diaSourceId, midPointTai, filterName, ra, decl, psFlux, psFluxErr, ccdVisitId, diaObjectId, snr

    static let list = "prvDiaSources"

    var kind: AlertColumn.Kind { ELAsTiCCLayout.kind("\(self)") }
}

/// The fields of each entry of `prvDiaForcedSources`.
enum ELAsTiCCForcedField: Int, HistoryField {
    case midPointTai, filterName, psFlux, psFluxErr, diaForcedSourceId, ccdVisitId, diaObjectId, totFlux, totFluxErr

    static let list = "prvDiaForcedSources"

    var kind: AlertColumn.Kind { ELAsTiCCLayout.kind("\(self)") }
}

/// The fields of each entry of `prvDiaNondetectionLimits`.
enum ELAsTiCCLimitField: Int, HistoryField {
    case midPointTai, filterName, diaNoise, ccdVisitId

    static let list = "prvDiaNondetectionLimits"

    var kind: AlertColumn.Kind { ELAsTiCCLayout.kind("\(self)") }
}
