internal import Alerts
internal import Configuration
internal import Foundation
internal import Simulator

/// Which night is simulated.
struct SimulateOptions: Sendable {
    private static let survey = Option<SimulatedSurvey>.choice(
        "survey", "whose packets", among: SimulatedSurvey.all.map { ($0.survey.name, $0) },
        standard: SimulatedSurvey.all.first?.survey.name)
    private static let alerts = Option<Int>.number(
        "alerts", "N", "how many alerts", in: 0...SimulatedNight.mostAlerts
    ).required
    private static let seed = Option<UInt64>.number(
        "seed", "S", "another seed gives another night", in: 0...UInt64.max, standard: 0)
    private static let night = Option<Int>(
        OptionDeclaration(
            name: "night", valueName: "DATE",
            help: "YYYYMMDD or YYYY-MM-DD; without it the date in FILE's name, else \(usualNights)", kind: .text)
    ) { (text) throws(UsageError) in
        guard let night = SimulatedNight.night(text) else {
            throw UsageError("not a night from 20180101 to 20421231; write 20240915 or 2024-09-15")
        }
        return night
    }
    private static let frame = Option<PacketPlan.Frame>.choice(
        "frame", "of LSST: an Avro container each, or the schema's number before the bare record",
        among: PacketPlan.Frame.allCases.map { ($0.rawValue, $0) })
    private static let schema = Option<UInt32>(
        OptionDeclaration(
            name: "schema", valueName: "MAJOR.MINOR", help: "of LSST: the version of the schema", kind: .text,
            standard: "11.1")
    ) { (text) throws(UsageError) in
        guard let match = text.wholeMatch(of: /(\d{1,3})\.(\d{1,2})/), let major = UInt32(match.1),
            let minor = UInt32(match.2)
        else { throw UsageError("say 11.1") }
        return major * 100 + minor
    }

    /// The usual nights, for help.
    private static var usualNights: String {
        SimulatedSurvey.all.map { "\($0.usualNight)" }.joined(separator: " or ")
    }

    static let all: [any DeclaredOption] =
        [survey, alerts, seed, night, frame, schema] + ModelOptions.ofModel.prefix(1) + SchemaOptions.all.prefix(1)

    let survey: SimulatedSurvey
    let alerts: Int
    let seed: UInt64
    let night: Int
    private let frame: PacketPlan.Frame?
    private let schema: UInt32
    private let models: String
    private let schemas: SchemaOptions

    /// - Parameters:
    ///   - arguments: The values of ``all``.
    ///   - name: The name of the file that is written, which may hold the date; `nil` for none.
    /// - Throws: ``UsageError`` for a night that the survey does not have.
    init(_ arguments: Arguments, file name: String?) throws(UsageError) {
        survey = try arguments.required(Self.survey)
        alerts = try arguments.required(Self.alerts)
        seed = try arguments.required(Self.seed)
        frame = try arguments.value(Self.frame)
        schema = try arguments.required(Self.schema)
        guard survey.needsInputs || frame == nil && arguments.origin(of: Self.schema) == nil else {
            throw UsageError("--frame and --schema are of surveys whose packets have them: --survey lsst")
        }
        models = try ModelOptions(arguments).folder
        schemas = try SchemaOptions(arguments)
        let names = name.map { SimulatedNight.nights(in: ($0 as NSString).lastPathComponent) } ?? []
        night = Self.night(try arguments.value(Self.night), named: names, usual: survey.usualNight)
        guard survey.nights.contains(night) else {
            throw UsageError(
                "--night \(night): \(survey.survey.title) is simulated from \(survey.nights.lowerBound) to \(survey.nights.upperBound)"
            )
        }
    }

    /// The night of the option, else the one that the file's name holds; a line says where the name is of another.
    private static func night(_ night: Int?, named names: Set<Int>, usual: Int) -> Int {
        guard let night else {
            if names.count > 1 { Terminal.info("the file's name holds several dates; the night is \(usual)") }
            return names.count == 1 ? names.first ?? usual : usual
        }
        if !names.isEmpty && !names.contains(night) {
            Terminal.info("the file's name holds another date than --night \(night)")
        }
        return night
    }

    /// The night's packets.
    ///
    /// - Parameter isStream: Whether they are sent, so that they are framed as the survey's stream has them.
    /// - Returns: Each packet when it is asked for.
    /// - Throws: ``UsageError`` for inputs that are missing.
    func packets(isStream: Bool) throws -> any NightPackets {
        do {
            guard survey.needsInputs else {
                return try SimulatedNight(alerts: alerts, seed: seed, night: night)
            }
            return try LSSTNight(
                alerts: alerts, seed: seed, night: night, plan: try plan(),
                frame: frame ?? (isStream ? survey.streamFrame : .container), model: SupernovaModel(folder: models))
        } catch let error as SimulatorError {
            let next =
                error.code == .missingInput
                ? "; scripts/fetch-models brings them, --models DIR says where they are" : ""
            throw UsageError("\(error)\(next)")
        }
    }

    private func plan() throws -> PacketPlan {
        let version = "\(schema / 100).\(schema % 100)"
        switch try schemas.source()(schema) {
        case .found(let found): return try PacketPlan(schema: found, id: schema)
        case .unknown:
            throw UsageError(
                "the schema \(version) is not there; scripts/setup brings the published ones, --schemas DIR says where they are"
            )
        case .unavailable(let reason), .unusable(let reason): throw UsageError("the schema \(version): \(reason)")
        }
    }
}
