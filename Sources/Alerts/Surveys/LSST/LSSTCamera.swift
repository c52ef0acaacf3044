internal import Avro

/// Which data are of LSSTCam on the sky, and which from before.
///
/// `visit` is `YYYYMMDDNNNNN`: the `day_obs` and the number of the exposure in it. LSSTCam saw its first light on `day_obs`
/// 20250415; LSSTComCam's visits (2024) are older, DECam's and those of rehearsals are numbers of a few digits. The camera itself
/// is not named in a packet.
enum LSSTCamera {
    /// The first visit number that LSSTCam may have given on the sky.
    static let firstVisit: Int64 = 2025_0415_00000
    /// Noon UTC of its first night, MJD; counts where a packet has no visit (schema 7.0).
    static let firstTime = 60_780.5

    /// Whether a source is of another camera, a rehearsal or a sample.
    static func isPrecursor(visit: Int64?, time: Double) -> Bool {
        if let visit, visit > 0 { visit < firstVisit } else { time < firstTime }
    }

    /// The same for a row of a table, and whether it was withdrawn or injected.
    ///
    /// - Parameter injected: Whether the table has the flags of artificial sources.
    /// - Returns: SQL that has a ``DataKind``.
    static func dataKind(injected: Bool) -> String {
        let flags = LSSTFlag.allCases.filter { $0.mark == .injected }.map { "\($0.rawValue) = 1" }
        return """
            CASE WHEN timeWithdrawnMjdTai BETWEEN 1e-9 AND 1e9 THEN 'withdrawn' \
            \(injected ? "WHEN \(flags.joined(separator: " OR ")) THEN 'injected' " : "")\
            WHEN CASE WHEN visit > 0 THEN visit < \(firstVisit) ELSE midpointMjdTai < \(firstTime) END \
            THEN 'precursor' ELSE 'survey' END
            """
    }
}
