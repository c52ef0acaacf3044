internal import Avro

extension Survey {
    /// The Wide-field Infrared Transient Explorer at Palomar: alerts in the near infrared, after ZTF's.
    ///
    /// Source: the alert schemas 0.1 of WINTER and of Palomar's WIRC, as their packets carry them.
    public static let winter = Survey(
        name: "winter", title: "WINTER", idName: "candid", bands: Bandpass.winter,
        packet: PacketLayout(
            cutouts: WINTERLayout.cutouts, columns: WINTERLayout.columns, flat: WINTERLayout.flat,
            matches: WINTERLayout.matches, paths: WINTERLayout.paths, lists: { _ in [WINTERHistoryField.projection] }),
        mapping: WINTERMapping.self,
        labels: { AlertLabels.labels(("objectId", $0.alert.objectId), ("candid", String($0.alert.id))) },
        tables: WINTERLayout.tables, time: TimeRule(scale: .utcStart, isJulian: true, nightStart: 0),
        site: .palomar,
        stream: StreamRule(
            topics: "winter", isOneTopic: false, lateWindow: .seconds(30 * 60), timeToExposureEnd: .seconds(120)),
        filters: [
            "extragalactic_transient": PackageResources.winter_extragalactic_transient_sql,
            "pure": PackageResources.winter_pure_sql,
        ],
        redshifts: 0.01...0.2, fit: FitRule(model: "salt2-k21-frag", usesModelErrors: false),
        fluxUnit: .microjansky, archiveName: .object)
}

extension Bandpass {
    /// Y, J, H and K of WINTER and of WIRC. No model reaches them with a curve that is published.
    static let winter = [
        Bandpass("wintery", hasCurve: false), Bandpass("winterj", hasCurve: false),
        Bandpass("winterh", hasCurve: false),
        Bandpass("winterk", hasCurve: false),
    ]
}

/// The fields of a WINTER packet that an ``Alert`` is made of, in the order of the projection's columns.
enum WINTERField: Int, CaseIterable {
    case objectid, candid, jd, fid, ra, dec, magpsf, sigmapsf, isdiffpos, magzpsci, rb, nbad, fwhm, elong, magdiff
    case distpsnr1, sgscore1, ssdistnr, ssmagnr, ssnamenr
    case cutout_science, cutout_template, cutout_difference

    /// Where it is, and under what name WIRC's packets have it at their top.
    var paths: (winter: String, wirc: String) {
        switch self {
        case .objectid: ("objectid", "objectId")
        case .candid: ("candid", "candid")
        case .cutout_science: ("cutout_science", "cutoutScience")
        case .cutout_template: ("cutout_template", "cutoutTemplate")
        case .cutout_difference: ("cutout_difference", "cutoutDifference")
        default: ("candidate.\(self)", "candidate.\(self)")
        }
    }
}

/// The fields kept of each entry of `prv_candidates`, in the order of its columns.
enum WINTERHistoryField: Int, HistoryField {
    case jd, fid, candid, isdiffpos, ra, dec, magpsf, sigmapsf, diffmaglim, fwhm, scorr, fieldid, field

    static let list = "prv_candidates"

    var kind: AlertColumn.Kind { WINTERLayout.kind("\(self)") }
}
