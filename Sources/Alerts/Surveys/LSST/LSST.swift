internal import Avro

extension Survey {
    /// The Legacy Survey of Space and Time of the Vera C. Rubin Observatory on Cerro Pachón.
    public static let lsst = Survey(
        name: "lsst", title: "LSST", idName: "diaSourceId", bands: Bandpass.lsst,
        packet: PacketLayout(
            cutouts: LSSTLayout.cutouts, columns: LSSTLayout.columns, flat: LSSTLayout.flat,
            matches: LSSTLayout.matches, nearMiss: LSSTLayout.nearMiss, paths: LSSTLayout.paths,
            lists: { _ in LSSTLayout.lists }),
        mapping: LSSTMapping.self,
        labels: { decoded in
            let object = LSSTMapping(record: decoded.fields, body: decoded.text).object
            return AlertLabels.labels(
                (object.isSolarSystem ? "ssSource_ssObjectId" : "diaObject_diaObjectId", object.id.map { String($0) }),
                ("diaSource_diaSourceId", String(decoded.alert.id)))
        },
        tables: LSSTLayout.tables, time: TimeRule(scale: .taiMiddle, isJulian: false, nightStart: 0.5),
        site: .cerroPachon,
        stream: StreamRule(
            topics: "lsst-alerts-", registry: "https://rubin-alert-schemas.slac.stanford.edu/schema-registry",
            isOneTopic: true, lateWindow: .seconds(75 * 60), timeToExposureEnd: .seconds(15)),
        filters: [
            "extragalactic_transient": PackageResources.lsst_extragalactic_transient_sql
        ],
        redshifts: 0.01...0.5, fit: FitRule(model: "salt3-f22", usesModelErrors: true),
        fluxUnit: .nanojansky, archiveName: .day,
        schemaID: LSSTLayout.schemaID)
}

extension Bandpass {
    /// LSST's u band.
    public static let lsstu = Bandpass("lsstu")
    /// LSST's g band.
    public static let lsstg = Bandpass("lsstg")
    /// LSST's r band.
    public static let lsstr = Bandpass("lsstr")
    /// LSST's i band.
    public static let lssti = Bandpass("lssti")
    /// LSST's z band.
    public static let lsstz = Bandpass("lsstz")
    /// LSST's y band.
    public static let lssty = Bandpass("lssty")

    /// LSST's, by wavelength.
    static let lsst: [Bandpass] = [.lsstu, .lsstg, .lsstr, .lssti, .lsstz, .lssty]

    /// LSST's `band`, one letter of `ugrizy`.
    static func lsst(_ letter: UInt8) -> Bandpass? {
        switch letter {
        case UInt8(ascii: "u"): .lsstu
        case UInt8(ascii: "g"): .lsstg
        case UInt8(ascii: "r"): .lsstr
        case UInt8(ascii: "i"): .lssti
        case UInt8(ascii: "z"): .lsstz
        case UInt8(ascii: "y"): .lssty
        default: nil
        }
    }
}

extension LSSTLayout {
    /// An alert of a schema before 7.0.
    static func nearMiss(_ record: AvroRecord) -> String? {
        guard record.fullName.hasPrefix("lsst.") else { return nil }
        return "\(record.fullName) is an LSST schema before 7.0: it lacks diaSource.midpointMjdTai or psfFlux"
    }

    /// Rubin numbers its schemas major*100+minor: 704 for `lsst.v7_4.alert`.
    static func schemaID(_ name: String) -> UInt32? {
        guard let match = name.wholeMatch(of: /lsst\.v(\d{1,3})_(\d{1,2})\.alert/), let major = UInt32(match.1),
            let minor = UInt32(match.2)
        else { return nil }
        return major * 100 + minor
    }
}
