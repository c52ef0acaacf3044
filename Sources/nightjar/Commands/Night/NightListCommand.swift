internal import Alerts
internal import Conductor
internal import Foundation

/// `nightjar night list --data DIR`
struct NightListCommand: Command {
    static let name = "night list"
    static let summary = "the nights that were conducted, each with its verdict and its receipt"
    static let details = """
        'afterwards' counts messages that came after a night was found complete; 'would stop' is when a conductor that only \
        watches would have stopped the workers.
        """
    static let options: [any DeclaredOption] = [NightFolders.data, NightFolders.json]
    static let examples = ["nightjar night list --data /data/ztf", "nightjar night list --data /data/lsst --json"]

    private let folders: NightFolders

    init(_ arguments: Arguments) throws { folders = try NightFolders(arguments) }

    func run() throws -> ExitStatus {
        var (isThere, isWhole) = (false, true)
        for files in folders.files {
            for survey in files.surveys {
                if !folders.isJSON, !isThere {
                    try Terminal.say(
                        "survey   night     state       received  stored    dead    afterwards  edition  would stop        reason"
                    )
                }
                isThere = true
                for night in files.nights(of: survey.name) {
                    let record: NightFiles.Record?
                    do { record = try files.load(survey.name, night) } catch {
                        // One damaged state hides no other night.
                        Terminal.complain("\(error)")
                        isWhole = false
                        continue
                    }
                    if let record { try show(record, survey, files) }
                }
            }
        }
        guard isThere else {
            Terminal.complain(folders.nothing)
            return .failed
        }
        return isWhole ? .done : .failed
    }

    private func show(_ record: NightFiles.Record, _ survey: Survey, _ files: NightFiles) throws {
        let machine = record.machine
        guard !folders.isJSON else { return try Terminal.put(encoded: NightLine(record, editions: machine.edition)) }
        let receipt = try? NightReceipt.read(
            edition: machine.edition, survey: survey.name, night: machine.times.night, in: files.folder)
        func count(_ name: String) -> String { receipt?.counts[name].map(String.init) ?? "-" }
        let stop = machine.wouldHaveStopped.map { String(ConductorClock.text($0).prefix(16)) } ?? "-"
        let columns: [(String, Int)] = [
            (survey.name, 9), (String(machine.times.night), 10), (machine.state.rawValue, 12), (count("received"), 10),
            (count("stored"), 10), (count("deadLettered"), 8), (String(machine.cameAfterwards), 12),
            (String(machine.edition), 9), (stop, 18),
        ]
        let line = columns.map { $0.0.padding(toLength: max($0.1, $0.0.count + 1), withPad: " ", startingAt: 0) }
        try Terminal.say(line.joined() + machine.reason)
    }
}

/// `nightjar night hold --data DIR`, and its opposite.
struct NightHoldCommand: Command {
    static let name = "night hold"
    static let summary = "keeps the workers running until 'night release', proven or not"
    static let options: [any DeclaredOption] = [NightFolders.data, survey]
    static let examples = [
        "nightjar night hold --data /data/ztf", "nightjar night hold --data /data/lsst --survey lsst",
    ]

    static let survey = Option<Survey>.choice(
        "survey", "the survey, where the folder has nights of several", among: Survey.all.map { ($0.name, $0) })

    private let change: HoldChange

    init(_ arguments: Arguments) throws { change = try HoldChange(arguments, isHeld: true) }

    func run() throws -> ExitStatus { try change.run() }
}

/// `nightjar night release --data DIR`
struct NightReleaseCommand: Command {
    static let name = "night release"
    static let summary = "lets a night that is held stop its workers once it is proven"
    static let options: [any DeclaredOption] = [NightFolders.data, NightHoldCommand.survey]
    static let examples = [
        "nightjar night release --data /data/ztf", "nightjar night release --data /data/lsst --survey lsst",
    ]

    private let change: HoldChange

    init(_ arguments: Arguments) throws { change = try HoldChange(arguments, isHeld: false) }

    func run() throws -> ExitStatus { try change.run() }
}

/// Holds a survey's workers, or lets them go.
private struct HoldChange {
    private let folders: NightFolders
    private let survey: Survey?
    private let isHeld: Bool

    init(_ arguments: Arguments, isHeld: Bool) throws {
        folders = try NightFolders(arguments)
        survey = try arguments.value(NightHoldCommand.survey)
        self.isHeld = isHeld
    }

    func run() throws -> ExitStatus {
        var isThere = false
        for files in folders.files {
            for survey in survey.map({ [$0] }) ?? files.surveys {
                isThere = true
                let isNew = try files.setHold(survey.name, isHeld)
                let state = isHeld ? "held: no worker is stopped before 'nightjar night release'" : "released"
                try Terminal.say("\(survey.name): \(isNew ? "" : "was already ")\(state)")
            }
            // A folder's name that is wrong would hold nobody's workers.
            if !files.isConducted {
                Terminal.info("no conductor runs in \(files.folder) now; it holds for the next one")
            }
        }
        guard isThere else {
            Terminal.complain(folders.nothing + "; --survey names one that is to be conducted")
            return .failed
        }
        return .done
    }
}
