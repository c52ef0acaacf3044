internal import Query

/// `nightjar object NAME --data DIR`
struct ObjectCommand: Command {
    static let name = "object"
    static let summary = "an object: its position, alerts, light curve and fits"
    static let details = """
        Its alerts come with the filter's verdict; its light curve has detections, forced photometry and upper limits, by \
        time; its SALT2 fits begin with the newest alert's. Times are MJD in the survey's own scale, which is said. Forced \
        fluxes are in nJy. Where the survey gave several ids to one place (LSST: within 0.7 arcsec), all of them are shown as one object, \
        each point with its own id. An upper limit is ZTF's limiting magnitude at 5 sigma, or one sigma of LSST's noise in nJy.

        CSV is the light curve; of a limit, mag is the limiting magnitude and flux_err_njy the noise. JSON is one object: ids as strings, times in TAI too (mjd_tai), fits with all columns of their table. Exit status: 1 \
        where no folder has an alert of it.
        """
    static let operands = [
        Operand(
            "NAME",
            "ZTF's objectId or LSST's diaObjectId, or the ssObjectId of what belongs to the solar system")
    ]
    static let options: [any DeclaredOption] = [DataFolders.several, alone] + OutputFormat.options
    static let examples = [
        "nightjar object ZTF24aaaaaaa --data night",
        "nightjar object ZTF24aaaaaaa --data worker-1 --data worker-2 --json | jq .fits[0].quality",
    ]

    private static let alone = Flag("alone", "only what has this id, and not the other ids of its place")

    private let name: String
    private let isAlone: Bool
    private let data: DataFolders
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        name = arguments.operands[0]
        isAlone = arguments.isOn(Self.alone)
        data = try DataFolders(arguments)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let objects = try NamedObject.objects(name, joins: !isAlone, in: data.open())
        if format == .csv { try Terminal.say(CSV.line(ObjectCSV.columns)) }
        for object in objects {
            switch format {
            case .json: try Terminal.put(report: ObjectJSON(object: object))
            case .csv: for row in ObjectCSV.rows(object) { try Terminal.say(CSV.line(row)) }
            case .table: for line in ObjectText.lines(object) { try Terminal.say(line) }
            }
        }
        return .done
    }
}
