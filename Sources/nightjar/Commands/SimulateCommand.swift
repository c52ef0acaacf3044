internal import Foundation
internal import Simulator
internal import Threads

/// `nightjar simulate --alerts N --out FILE.tar.gz`, or `--to kafka://HOST:PORT/TOPIC`
struct SimulateCommand: Command {
    static let name = "simulate"
    static let summary = "a synthetic night of ZTF or LSST with known truth, as a file or a stream"
    static let details = """
        ZTF's packets are of schema 4.02, LSST's of 11.1: variable stars, asteroids, bogus detections, active galaxies and \
        supernovae, with histories and images. The same options give the same bytes. The truth table says what each alert is. \
        LSST's sky is the same on every night of a seed and a number of alerts, so that histories agree from night to night.
        """
    static let options: [any DeclaredOption] =
        SimulateOptions.all + [out, truth] + SimulatedStream.options + KafkaConnection.properties
    static let alternatives = "--out FILE.tar.gz | --to kafka://HOST:PORT/TOPIC"
    static let examples = [
        "nightjar simulate --alerts 2000 --seed 7 --out ztf_public_20240915.tar.gz",
        "nightjar simulate --survey lsst --alerts 100000 --to kafka://127.0.0.1:9092/lsst-alerts-v11 --rate 333",
    ]

    private static let out = Option<String>.text("out", "FILE.tar.gz", "the file to write")
    private static let truth = Option<String>.text("truth", "FILE.csv", "the truth table to write")

    private enum Destination {
        case file(String)
        case stream(SimulatedStream)
    }

    private let night: SimulateOptions
    private let destination: Destination
    private let truth: String?

    init(_ arguments: Arguments) throws {
        let path = try arguments.value(Self.out)
        guard path != "-" else {
            throw UsageError("--out -: a night is written to a file, and is there when it is whole")
        }
        truth = try arguments.value(Self.truth)
        night = try SimulateOptions(arguments, file: path)
        switch (path, try SimulatedStream(arguments, night: night.night)) {
        case (let path?, nil):
            guard truth != path else { throw UsageError("--out and --truth are the same file") }
            destination = .file(path)
        case (nil, let stream?): destination = .stream(stream)
        case (nil, nil): throw UsageError("one of --out FILE.tar.gz and --to kafka://HOST:PORT/TOPIC is needed")
        case (.some, .some): throw UsageError("--out and --to exclude each other")
        }
    }

    func run() throws -> ExitStatus {
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        switch destination {
        case .file(let path):
            try write(to: path, stop)
            return .done
        case .stream(let stream):
            return try stream.send(night.packets(isStream: true), of: night.survey, truth: truth, stop: stop)
        }
    }

    private func write(to path: String, _ stop: StopSignal) throws {
        let alerts = ReportText.grouped(night.alerts)
        let isShown = Terminal.isInteractive && !Terminal.isQuiet
        let packets = try night.packets(isStream: false)
        try packets.write(to: path, truth: truth, isStopped: { stop.isSet }) { done in
            if isShown { Terminal.draw("\(ReportText.grouped(done)) of \(alerts) alerts") }
        }
        if isShown { Terminal.draw("") }
        Terminal.info("\(path): \(alerts) alerts of night \(night.night), seed \(night.seed)")
    }
}
