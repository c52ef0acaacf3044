internal import Alerts
internal import Conductor
internal import Foundation

/// What a conductor has written, as commands read it.
struct NightFolders {
    static let data = Option<String>.text("data", "DIR", "the survey's folder, which has DIR/nights", key: "data")
        .required.repeatable
    static let json = Flag("json", "prints JSON, a line for each night", key: "json")

    /// The files of each folder.
    let files: [NightFiles]
    /// Whether JSON is printed.
    let isJSON: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        let folders = try arguments.values(Self.data)
        guard !folders.isEmpty else { throw UsageError("--data DIR, the survey's folder, is missing") }
        files = folders.map { NightFiles(data: $0) }
        isJSON = arguments.isOn(Self.json)
    }

    /// A line that says that nothing was conducted here.
    var nothing: String {
        "no night was conducted in \(files.map(\.folder).joined(separator: ", ")); 'nightjar night conduct' does it"
    }
}

/// `nightjar night status --data DIR`
struct NightStatusCommand: Command {
    static let name = "night status"
    static let summary = "where the present night is: its state, its conditions, its stream and its workers"
    static let details = """
        As the conductor wrote it at its last look, with that look's age. Exit status: 0, or 1 where no night was conducted or \
        the conductor has not looked for a minute.
        """
    static let options: [any DeclaredOption] = [NightFolders.data, NightFolders.json]
    static let examples = ["nightjar night status --data /data/ztf", "nightjar night status --data /data/ztf --json"]

    private static let oldest = 60.0

    private let folders: NightFolders

    init(_ arguments: Arguments) throws { folders = try NightFolders(arguments) }

    func run() throws -> ExitStatus {
        var (isThere, isFresh) = (false, true)
        for files in folders.files {
            for survey in files.surveys {
                let records = try files.nights(of: survey.name).suffix(3).compactMap { try files.load(survey.name, $0) }
                // Nights that are over and not the last are for 'night list'.
                let shown = records.enumerated().filter { index, record in
                    index == records.count - 1 || !record.machine.state.isFinal
                }.map(\.element)
                for record in shown {
                    isThere = true
                    let isRunning = !record.machine.isRetired && Self.age(record) < Self.oldest
                    isFresh = isFresh && isRunning
                    if folders.isJSON {
                        try Terminal.put(encoded: NightLine(record, editions: record.machine.edition))
                    } else {
                        try show(record, survey, isHeld: files.isHeld(survey.name))
                    }
                }
            }
        }
        guard isThere else {
            Terminal.complain(folders.nothing)
            return .failed
        }
        if !isFresh { Terminal.complain("the conductor has not looked for more than a minute; is it running?") }
        return isFresh ? .done : .failed
    }

    private static func age(_ record: NightFiles.Record) -> Double { -record.written.timeIntervalSinceNow }

    private func show(_ record: NightFiles.Record, _ survey: Survey, isHeld: Bool) throws {
        let (machine, proof) = (record.machine, record.proof)
        try Terminal.say("\(survey.title), night \(machine.times.night): \(machine.state.rawValue)")
        try Terminal.say("  \(machine.reason)" + (isHeld && !machine.reason.hasPrefix("held") ? "; held" : ""))
        try Terminal.say("  as of \(proof.date.formatted(.iso8601))")
        let times: [(String, Double?)] = [
            ("sunset", machine.times.sunset), ("exposures begin", machine.times.nauticalDusk),
            ("exposures end", machine.times.nauticalDawn), ("sunrise", machine.times.sunrise),
        ]
        let shown = times.compactMap { name, time in
            time.map { "\(name) \(ConductorClock.text($0).dropFirst(11).prefix(5))" }
        }
        if !shown.isEmpty { try Terminal.say("  " + shown.joined(separator: ", ") + " UTC") }
        try Terminal.say("  complete when:")
        for clause in proof.clauses {
            try Terminal.say(
                "    \(clause.isMet ? "yes" : "no ")  \(Self.pad(clause.name.title, 20))\(Self.pad(clause.value, 24))  (\(clause.limit))"
            )
        }
        try show(record.partitions)
        for worker in record.workers {
            try Terminal.say(
                "  \(worker.name): \(worker.state.rawValue)" + (worker.detail.isEmpty ? "" : ", \(worker.detail)"))
        }
    }

    /// How far the partitions are read: all of a few, of many those that are behind, and the sum.
    private func show(_ partitions: [NightFiles.Record.Reach]) throws {
        guard !partitions.isEmpty else { return }
        let shown = partitions.count <= 16 ? partitions : partitions.filter { $0.lag > 0 }
        let width = (partitions.map { "\($0.topic) [\($0.number)]".count }.max() ?? 0) + 2
        func line(_ name: String, _ cells: [String]) throws {
            try Terminal.say("  " + Self.pad(name, width) + cells.map { Self.pad($0, 12) }.joined())
        }
        try line("partition", ["from", "read to", "end", "lag"])
        for part in shown.prefix(64) {
            try line(
                "\(part.topic) [\(part.number)]",
                [
                    part.from.map(String.init) ?? "unknown", part.committed.map(String.init) ?? "-", "\(part.end)",
                    "\(part.lag)",
                ])
        }
        guard partitions.count > 1 else { return }
        let messages = partitions.reduce(0) { $0 + max(0, $1.end - ($1.from ?? $1.end)) }
        try line("\(partitions.count) partitions", ["", "", "\(messages)", "\(partitions.reduce(0) { $0 + $1.lag })"])
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
}

/// A night as JSON.
struct NightLine: Encodable {
    let survey: String
    let night: Int
    let state: NightState
    let reason: String
    let date: Date
    let editions: Int
    let clauses: [Clause]
    let slice: NightSlice
    let workers: [WorkerStatus]
    let partitions: [NightFiles.Record.Reach]
    let wouldHaveStopped: String?
    let cameAfterwards: Int64

    init(_ record: NightFiles.Record, editions: Int) {
        let machine = record.machine
        (survey, night, state, reason) = (machine.survey, machine.times.night, machine.state, machine.reason)
        (date, clauses, slice, workers) = (record.proof.date, record.proof.clauses, record.proof.slice, record.workers)
        partitions = record.partitions
        self.editions = editions
        wouldHaveStopped = machine.wouldHaveStopped.map { ConductorClock.text($0) }
        cameAfterwards = machine.cameAfterwards
    }
}
