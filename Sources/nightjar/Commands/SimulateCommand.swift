internal import Configuration
internal import Foundation
internal import Simulator
internal import Threads

/// `nightjar simulate --alerts N --out FILE.tar.gz`
struct SimulateCommand: Command {
    static let name = "simulate"
    static let summary = "writes a synthetic ZTF night with known truth"
    static let details = """
        Of schema 4.02: variable stars, asteroids, bogus detections, active galaxies and supernovae, with histories and \
        images. The same options give the same bytes. The truth table says what each alert is.
        """
    static let options: [any DeclaredOption] = [alerts, seed, out, night, truth]
    static let examples = [
        "nightjar simulate --alerts 2000 --seed 7 --out ztf_public_20240915.tar.gz",
        "nightjar simulate --alerts 500 --out small.tar.gz --night 2024-09-16 --truth truth.csv",
    ]

    private static let alerts = Option<Int>.number(
        "alerts", "N", "how many alerts", in: 0...SimulatedNight.mostAlerts
    ).required
    private static let seed = Option<UInt64>.number(
        "seed", "S", "another seed gives another night", in: 0...UInt64.max, standard: 0)
    private static let out = Option<String>.text("out", "FILE.tar.gz", "the file to write").required
    private static let night = Option<Int>(
        OptionDeclaration(
            name: "night", valueName: "DATE",
            help: "YYYYMMDD or YYYY-MM-DD; without it the date in FILE's name, else \(usualNight)", kind: .text)
    ) { (text) throws(UsageError) in
        guard let night = SimulatedNight.night(text) else {
            throw UsageError("not a night from 20180101 to 20421231; write 20240915 or 2024-09-15")
        }
        return night
    }
    private static let truth = Option<String>.text("truth", "FILE.csv", "the truth table to write")
    /// The night where neither the options nor the file's name have one.
    private static let usualNight = 20_240_915

    private let simulated: SimulatedNight
    private let alerts: Int
    private let seed: UInt64
    private let night: Int
    private let path: String
    private let truth: String?

    init(_ arguments: Arguments) throws {
        alerts = try arguments.required(Self.alerts)
        seed = try arguments.required(Self.seed)
        path = try arguments.required(Self.out)
        guard path != "-" else {
            throw UsageError("--out -: a night is written to a file, and is there when it is whole")
        }
        truth = try arguments.value(Self.truth)
        guard truth != path else { throw UsageError("--out and --truth are the same file") }
        let names = SimulatedNight.nights(in: (path as NSString).lastPathComponent)
        night = Self.night(try arguments.value(Self.night), named: names)
        do { simulated = try SimulatedNight(alerts: alerts, seed: seed, night: night) } catch {
            throw UsageError("\(error)")
        }
    }

    /// The night of the option, else the one that the file's name holds; a line says where the name is of another.
    private static func night(_ night: Int?, named names: Set<Int>) -> Int {
        guard let night else {
            if names.count > 1 { Terminal.info("the file's name holds several dates; the night is \(usualNight)") }
            return names.count == 1 ? names.first ?? usualNight : usualNight
        }
        if !names.isEmpty && !names.contains(night) {
            Terminal.info("the file's name holds another date than --night \(night)")
        }
        return night
    }

    func run() throws -> ExitStatus {
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let isShown = Terminal.isInteractive && !Terminal.isQuiet
        try simulated.write(to: path, truth: truth, isStopped: { stop.isSet }) { done in
            if isShown { Terminal.draw("\(ReportText.grouped(done)) of \(ReportText.grouped(alerts)) alerts") }
        }
        if isShown { Terminal.draw("") }
        Terminal.info("\(path): \(ReportText.grouped(alerts)) alerts of night \(night), seed \(seed)")
        return .done
    }
}
