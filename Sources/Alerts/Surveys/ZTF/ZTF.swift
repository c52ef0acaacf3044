extension Survey {
    /// The Zwicky Transient Facility at Palomar.
    public static let ztf = Survey(
        name: "ztf", title: "ZTF", idName: "candid", bands: [.ztfg, .ztfr, .ztfi],
        packet: PacketLayout(
            cutouts: ZTFLayout.cutouts, columns: ZTFLayout.columns, flat: ZTFLayout.flat, matches: ZTFLayout.matches,
            paths: ZTFLayout.paths, lists: ZTFLayout.lists),
        mapping: ZTFMapping.self,
        labels: { AlertLabels.labels(("objectId", $0.alert.objectId), ("candid", String($0.alert.id))) },
        tables: ZTFLayout.tables, time: TimeRule(scale: .utcStart, isJulian: true, nightStart: 0),
        site: .palomar,
        stream: StreamRule(
            topics: "ztf_", isOneTopic: false, lateWindow: .seconds(30 * 60), timeToExposureEnd: .seconds(30)),
        filters: [
            "extragalactic_transient": PackageResources.ztf_extragalactic_transient_sql,
            "pure": PackageResources.ztf_pure_sql,
        ],
        redshifts: 0.01...0.2, fit: FitRule(model: "salt2-k21-frag", usesModelErrors: false),
        fluxUnit: .microjansky, archiveName: .object,
        cutoutSky: ZTFLayout.cutoutSky, schema: ZTFSchema.text)
}

extension Bandpass {
    /// ZTF's g band.
    public static let ztfg = Bandpass("ztfg")
    /// ZTF's r band.
    public static let ztfr = Bandpass("ztfr")
    /// ZTF's i band.
    public static let ztfi = Bandpass("ztfi")

    /// ZTF's `fid`: 1 is g, 2 is r, 3 is i.
    static func ztf(fid: Int64) -> Bandpass? {
        switch fid {
        case 1: .ztfg
        case 2: .ztfr
        case 3: .ztfi
        default: nil
        }
    }
}
