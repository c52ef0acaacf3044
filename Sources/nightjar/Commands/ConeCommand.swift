internal import Alerts
internal import Foundation
internal import Query
internal import Sky

/// `nightjar cone RA DEC RADIUS --data DIR`
struct ConeCommand: Command {
    static let name = "cone"
    static let summary = "the alerts around a position in the sky, nearest first"
    static let details = """
        Positions are ICRS. Times are MJD in TAI for every survey: ZTF's of the start of the exposure, which it gives in UTC, \
        LSST's of its middle. JSON is one array of objects; ids are strings, since many readers of JSON round long numbers.
        """
    static let operands = [
        Operand("RA", "right ascension: degrees, or hours as 10:00:00.5 or 10h00m00.5s"),
        Operand("DEC", "declination: degrees, also as -20:30:00 or -20d30m00s"), Operand("RADIUS", "arcsec"),
    ]
    static let options: [any DeclaredOption] = [DataFolders.several, survey] + OutputFormat.options
    static let examples = [
        "nightjar cone 10.5 -20.3 5 --data night", "nightjar cone 10h00m00.5s +20:00:00 60 --data night --format csv",
    ]

    private static let survey = Option<Survey>.choice(
        "survey", "only this survey's", among: Survey.all.map { ($0.name, $0) })

    private struct Separation: AddedColumns {
        let separation_arcsec: Double

        static let names = ["separation_arcsec"]
        static let titles = ["separation (arcsec)"]
        var texts: [String] { [String(format: "%.3f", separation_arcsec)] }
        var cells: [String] { texts }
    }

    private let ra, dec, radius: Double
    private let surveys: [Survey]
    private let data: DataFolders
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        let (ra, dec, radius) = (arguments.operands[0], arguments.operands[1], arguments.operands[2])
        data = try DataFolders(arguments)
        guard let angle = AngleParser.rightAscension(ra) else {
            throw UsageError("RA '\(ra)': say degrees from 0 to 360, or hours as 10:00:00.5 or 10h00m00.5s")
        }
        self.ra = angle
        guard let angle = AngleParser.declination(dec) else {
            throw UsageError("DEC '\(dec)': say degrees from -90 to 90, or -20:30:00 or -20d30m00s")
        }
        self.dec = angle
        guard let reach = Double(radius), (0...648_000).contains(reach) else {
            throw UsageError("RADIUS '\(radius)': say arcsec from 0 to 648000")
        }
        self.radius = reach
        surveys = try arguments.value(Self.survey).map { [$0] } ?? Survey.all
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let reader = try data.open()
        let rows = try surveys.flatMap { survey in
            try reader.cone(survey: survey, ra: ra, dec: dec, radius: radius).map { match in
                AlertRow(
                    survey: survey.name, id: String(match.id), objectId: match.objectId, mjd_tai: match.epoch.mjdTAI,
                    ra: match.ra, dec: match.dec, added: Separation(separation_arcsec: match.distance))
            }
        }
        if rows.isEmpty {
            let center = String(format: "%.6f %+.6f", ra, dec)
            Terminal.info("no alert within \(String(format: "%g", radius)) arcsec of \(center) (degrees, ICRS)")
        }
        try AlertRow.print(rows, as: format)
        return .done
    }
}
