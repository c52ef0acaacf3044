extension ZTFLayout {
    static let tables = SurveyTables(
        alerts: "ztf_alerts", idColumn: "candid", objectKind: .text, timeColumn: "jd", positionColumns: ("ra", "dec"),
        exposureColumns: ("field", "rcid"), firstColumns: firstColumns,
        derivesObject: false, history: [detections, forced], listing: listing)

    private static let listing = ListingColumns(
        brightness: .magnitude("magpsf"), filter: "fid",
        bandpass: ListingColumns.bandpass("fid", [("1", .ztfg), ("2", .ztfr), ("3", .ztfi)]), first: "jdstarthist",
        detections: "ndethist", realBogus: ["drb", "rb"])

    private static let detections = HistoryTable(
        name: "ztf_detections", list: historyList,
        columns: ZTFHistoryField.columns, time: "jd",
        key: .exposureAndId(filter: "fid", exposure: "pid", id: "candid", brightness: "magpsf"), times: times,
        domains: domains, ownRecord: "candidate")

    private static let forced = HistoryTable(
        name: "ztf_forced", list: forcedList, columns: ZTFForcedField.columns,
        time: "jd", key: .exposure(filter: "fid"), times: times)

    /// The fields of schema 4.02, in its order.
    private static let firstColumns: [AlertColumn] = {
        func columns(_ names: String, _ kind: AlertColumn.Kind) -> [(String, AlertColumn.Kind)] {
            names.split(separator: " ").map { (String($0), kind) }
        }
        let candidate =
            columns("jd", .real) + columns("fid pid", .integer) + columns("diffmaglim", .real)
            + columns("pdiffimfilename programpi", .text) + columns("programid", .integer)
            + columns("isdiffpos", .text) + columns("tblid nid rcid field", .integer)
            + columns(
                """
                xpos ypos ra dec magpsf sigmapsf chipsf magap sigmagap distnr magnr sigmagnr chinr sharpnr sky magdiff \
                fwhm classtar mindtoedge magfromlim seeratio aimage bimage aimagerat bimagerat elong
                """, .real)
            + columns("nneg nbad", .integer) + columns("rb ssdistnr ssmagnr", .real) + columns("ssnamenr", .text)
            + columns("sumrat magapbig sigmagapbig ranr decnr sgmag1 srmag1 simag1 szmag1 sgscore1 distpsnr1", .real)
            + columns("ndethist ncovhist", .integer) + columns("jdstarthist jdendhist scorr", .real)
            + columns("tooflag objectidps1 objectidps2", .integer)
            + columns("sgmag2 srmag2 simag2 szmag2 sgscore2 distpsnr2", .real) + columns("objectidps3", .integer)
            + columns("sgmag3 srmag3 simag3 szmag3 sgscore3 distpsnr3", .real) + columns("nmtchps rfid", .integer)
            + columns("jdstartref jdendref", .real) + columns("nframesref", .integer) + columns("rbversion", .text)
            + columns("dsnrms ssnrms dsdiff magzpsci magzpsciunc magzpscirms", .real) + columns("nmatches", .integer)
            + columns(
                "clrcoeff clrcounc zpclrcov zpmed clrmed clrrms neargaia neargaiabright maggaia maggaiabright", .real)
            + columns("exptime drb", .real) + columns("drbversion", .text)
        let top = columns("schemavsn publisher objectId", .text)
        return top.map { AlertColumn(name: $0.0, path: $0.0, kind: $0.1) }
            + candidate.map {
                AlertColumn(name: $0.0, path: "candidate.\($0.0)", kind: $0.1, domain: domains[$0.0] ?? .any)
            }
    }()
}
