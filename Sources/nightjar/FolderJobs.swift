internal import JSON
internal import Alerts
internal import Broker
internal import Conductor
internal import DataLayout
internal import Foundation
internal import PacketDownloads
internal import Packets
internal import Pipeline
internal import Query
internal import Synchronization
internal import Threads

/// Work in a data folder that one process at a time may do: done by the process that holds the folder's lock, or else here.
enum FolderJobs {
    /// The options of a run that takes missing packets in.
    static let fillOptions: [any DeclaredOption] = replayOptions + [RunCommand.pure]
    /// The options of `dead-letters replay`.
    static let replayOptions: [any DeclaredOption] =
        SchemaOptions.all + ModelOptions.all + FilterOptions.all

    /// Does work in a folder, wherever that is, and shows what it says.
    ///
    /// - Parameters:
    ///   - request: The work.
    ///   - folder: The data folder.
    ///   - isAside: Whether what it says is no result of the command, and belongs to standard error.
    /// - Returns: How it ended.
    /// - Throws: What kept it from being done.
    static func run(
        _ request: FolderRequest, in folder: String, isAside: Bool = false
    ) throws -> ExitStatus {
        let show: @Sendable (FolderMessage) throws -> Void = { message in
            if isAside, case .line(let line) = message { Terminal.info(line) } else { try Self.show(message) }
        }
        if let status = try Handover.ask(folder, request, output: show) {
            return ExitStatus(rawValue: status) ?? .failed
        }
        // Standard output may be closed while the work goes on.
        let closed = Mutex<(any Error)?>(nil)
        let output = FolderOutput { message in
            do { try show(message) } catch { closed.withLock { $0 = error } }
        }
        let status = try carryOut(request, in: HeldFolder(folder), output)
        if let error = closed.withLock({ $0 }) { throw error }
        return status
    }

    /// Does the work that another process asks a run for.
    static let ofOthers: FolderWork = { request, folder, output in
        do { return try carryOut(request, in: folder, output).rawValue } catch let error as UsageError {
            output.complain("\(error)")
            return ExitStatus.wrongUsage.rawValue
        } catch {
            output.complain("\(error)")
            return ExitStatus.failed.rawValue
        }
    }

    private static func show(_ message: FolderMessage) throws {
        switch message {
        case .line(let line): try Terminal.say(line)
        case .json(let text): try Terminal.put(json: Array(text.utf8))
        case .complaint(let line): Terminal.complain(line)
        case .working, .done, .refused, .ended: break
        }
    }

    private static func carryOut(
        _ request: FolderRequest, in folder: HeldFolder, _ output: FolderOutput
    ) throws -> ExitStatus {
        switch request {
        case .prune(let choice, let compacts, let isJSON): try prune(choice, compacts, isJSON, folder, output)
        case .replay(let words): try replay(words, folder, output)
        case .refit(let night, let words): try refit(night, words, folder, output)
        case .fill(let sources, let words): try fill(sources, words, folder, output)
        }
    }

    private static func prune(
        _ choice: PruneChoice, _ compacts: Bool, _ isJSON: Bool, _ folder: HeldFolder, _ output: FolderOutput
    ) throws -> ExitStatus {
        let report = try Prune.run(choice, compacts: compacts, in: folder) { night in
            if !isJSON { output.say(PruneCommand.line(night)) }
        }
        if isJSON {
            output.put(json: String(decoding: try OrderedJSON.bytes(of: report), as: UTF8.self))
        } else {
            for line in PruneCommand.summary(report) { output.say(line) }
        }
        return .done
    }

    private static func replay(
        _ words: [String], _ folder: HeldFolder, _ output: FolderOutput
    ) throws -> ExitStatus {
        let arguments = try HandedOptions.arguments(words, of: replayOptions, for: DeadLettersReplayCommand.name)
        var isSound = true
        // A survey's own registry is known by the topics that the packets came from.
        let sources = Set(try DeadLetter.list(in: OpenFolder(folder.path).database).map(\.source))
        let options = try options(
            arguments, folder, intakes: [], survey: sources.lazy.compactMap { Survey.ofTopic($0) }.first)
        let outcome = try Replay.run(in: folder, options) { damage in
            output.complain("\(damage)")
            isSound = false
        }
        output.say(
            "replayed \(outcome.report[.received]): \(outcome.report[.stored]) stored, "
                + "\(outcome.report[.duplicates]) duplicates; \(outcome.waiting) still wait")
        return isSound ? .done : .failed
    }

    private static func refit(
        _ night: Int?, _ words: [String], _ folder: HeldFolder, _ output: FolderOutput
    ) throws -> ExitStatus {
        let arguments = try HandedOptions.arguments(words, of: ModelOptions.all, for: Salt2RefitCommand.name)
        guard let options = try ModelOptions(arguments, isNeeded: true).supernovaOptions(isNeeded: true) else {
            return .failed
        }
        var isSound = true
        if let night {
            let reader = try DataReader([folder.path])
            let outcome = try NightRefit.run(night: night, in: folder, options: options) {
                (alert) throws(BrokerError) in
                try Self.history(of: alert, in: reader)
            } complain: { damage in
                output.complain("\(damage)")
                isSound = false
            }
            output.say(
                "fitted \(outcome.fitted) of night \(night) with the tables' history; \(outcome.failed) could not be, "
                    + "\(outcome.ineligible) have too few detections or are too late")
            return isSound ? .done : .failed
        }
        let outcome = try SupernovaRefit.run(in: folder, options: options) { damage in
            output.complain("\(damage)")
            isSound = false
        }
        output.say("fitted \(outcome.fitted); \(outcome.failed) could not be")
        return isSound ? .done : .failed
    }

    /// What the tables have of an alert's object, and of the other ids of its place.
    private static func history(of alert: Alert, in reader: DataReader) throws(BrokerError) -> NightRefit.History? {
        guard let name = alert.objectId else { return nil }
        let object = try reader.objects(named: name).first { $0.survey == alert.survey }
        return object.map {
            NightRefit.History(lightCurve: $0.lightCurve, objects: [$0.name] + $0.joined.map(\.name))
        }
    }

    /// How packets are processed, as the arguments of a run say.
    private static func options(
        _ arguments: Arguments, _ folder: HeldFolder, intakes: [any IntakeSource], survey: Survey?
    ) throws -> Run.Options {
        let models = try ModelOptions(arguments)
        var options = Run.Options(folder: folder.path, intakes: intakes)
        options.schemaOfID = try SchemaOptions(arguments).source(of: survey)
        options.supernovae = try models.supernovaOptions()
        try FilterOptions(arguments, reddening: models.reddening()).set(&options)
        return options
    }

    private static func fill(
        _ sources: [String], _ words: [String], _ folder: HeldFolder, _ output: FolderOutput
    ) throws -> ExitStatus {
        let arguments = try HandedOptions.arguments(words, of: fillOptions, for: RunCommand.name)
        let intakes = try sources.map { (word) throws(SourceError) -> any IntakeSource in
            KeptPackets.isOne(word) ? KeptPackets(word) : FileSources([try Source.parse(word)])
        }
        var options = try options(arguments, folder, intakes: intakes, survey: nil)
        options.demandsPurity = arguments.isOn(RunCommand.pure)
        let outcome = try Run(options).run(in: folder)
        output.say(
            "took in \(outcome.report[.received]): \(outcome.report[.stored]) stored, "
                + "\(outcome.report[.duplicates]) duplicates, \(outcome.report[.deadLettered]) dead letters")
        for failure in outcome.failures { output.complain("\(failure)") }
        return outcome.failures.isEmpty ? .done : .failed
    }
}
