internal import Broker
internal import DataLayout
internal import Foundation
internal import Query
internal import Pipeline

/// `nightjar dead-letters list --data DIR`
struct DeadLettersListCommand: Command {
    static let name = "dead-letters list"
    static let summary = "the packets that could not be used, and why: how many by reason, then each"
    static let details = """
        Of several folders each letter comes with its folder. JSON and CSV have all letters, or N. The night of a packet that \
        cannot be read is unknown: --night has the letters of the sources that brought alerts of the night.
        """
    static let options: [any DeclaredOption] = [DataFolders.several, NightWord.filter, limit] + OutputFormat.options
    static let examples = [
        "nightjar dead-letters list --data night", "nightjar dead-letters list --data night --limit 1000 --format csv",
    ]

    private static let limit = Option<Int>.number(
        "limit", "N", "the first N letters; without it a table has 100", in: 0...Int.max)
    /// Letters that the table has unless it is told how many; a night can have millions.
    private static let shownLetters = 100

    private let data: DataFolders
    private let night: Int?
    private let limit: Int?
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        data = try DataFolders(arguments)
        night = try arguments.value(NightWord.filter)
        limit = try arguments.value(Self.limit)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let reader = try data.open()
        let hasMany = data.paths.count > 1
        switch format {
        case .json:
            try reader.forEachDeadLetter(ofNight: night, limit: limit ?? .max) {
                try Terminal.put(encoded: Line(letter: $0, hasFolder: hasMany))
            }
        case .csv:
            try Terminal.say(
                CSV.line(["id", "state", "source", "member", "packet", "code", "reason", "size", "whole", "folder"]))
            try reader.forEachDeadLetter(ofNight: night, limit: limit ?? .max) { found in
                let letter = found.letter
                try Terminal.say(
                    CSV.line([
                        "\(letter.id)", "\(letter.state)", letter.source, letter.member ?? "", "\(letter.position)",
                        "\(letter.code)", letter.reason, "\(letter.size)", "\(letter.isWhole)", found.folder,
                    ]))
            }
        case .table: try Self.list(reader, night: night, limit: limit ?? Self.shownLetters)
        }
        return .done
    }

    /// A letter, with its folder where there are several.
    private struct Line: Encodable {
        let letter: FolderLetter
        let hasFolder: Bool
        private enum Key: CodingKey { case folder }

        func encode(to encoder: any Encoder) throws {
            try letter.letter.encode(to: encoder)
            guard hasFolder else { return }
            var more = encoder.container(keyedBy: Key.self)
            try more.encode(letter.folder, forKey: .folder)
        }
    }

    /// The counts by reason, then the letters.
    private static func list(_ reader: DataReader, night: Int?, limit: Int) throws {
        let counts = try reader.deadLetterCounts(ofNight: night)
        let total = counts.reduce(0) { $0 + $1.letters }
        guard total > 0 else { return try Terminal.say("no dead letters") }
        try Terminal.say(
            "\(plural(total)), \(ReportText.grouped(counts.reduce(0) { $0 + $1.waiting })) waiting")
        for count in counts {
            let replayed = count.letters - count.waiting
            try Terminal.say(
                ReportText.column(count.letters) + "  \(count.code)"
                    + (replayed > 0 ? " (\(ReportText.grouped(replayed)) replayed)" : ""))
        }
        guard limit > 0 else { return }
        try Terminal.say("")
        let hasMany = reader.folders.count > 1
        try reader.forEachDeadLetter(ofNight: night, limit: limit) { found in
            let letter = found.letter
            let origin = letter.source + (letter.member.map { ", \($0)" } ?? "") + " (packet \(letter.position))"
            let kept = letter.isWhole ? "" : ", only its beginning kept"
            try Terminal.say(
                "\(letter.id)  " + (hasMany ? "\(found.folder)  " : "")
                    + "\(letter.state)  \(origin)  \(letter.size) bytes\(kept)  \(letter.reason)")
        }
        if total > limit { try Terminal.say("and \(plural(total - limit)) more; --limit N shows N, --json all") }
    }

    private static func plural(_ letters: Int) -> String {
        "\(ReportText.grouped(letters)) dead letter" + (letters == 1 ? "" : "s")
    }
}

/// `nightjar dead-letters show ID --data DIR --out FILE`
struct DeadLettersShowCommand: Command {
    static let name = "dead-letters show"
    static let summary = "one of them, byte for byte"
    static let details = "Where two folders have one of this ID, name the one folder."
    static let operands = [Operand("ID", "the letter's number, as the list has it")]
    static let options: [any DeclaredOption] = [DataFolders.several, out]
    static let examples = [
        "nightjar dead-letters show 1 --data night --out packet.avro",
        "nightjar dead-letters show 17 --data worker-2 --out bad.bin",
    ]

    private static let out = Option<String>.text("out", "FILE", "the file to write").required

    private let id: Int64
    private let data: DataFolders
    private let path: String

    init(_ arguments: Arguments) throws {
        guard let id = Int64(arguments.operands[0]) else {
            throw UsageError("'\(arguments.operands[0])' is no number")
        }
        self.id = id
        data = try DataFolders(arguments)
        path = try arguments.required(Self.out)
    }

    func run() throws -> ExitStatus {
        try WrittenFile.write(data.open().deadLetterPacket(id), to: path)
        return .done
    }
}

/// `nightjar dead-letters replay --data DIR`
struct DeadLettersReplayCommand: Command {
    static let name = "dead-letters replay"
    static let summary = "processes all of them again"
    static let options: [any DeclaredOption] = [DataFolders.several] + FolderJobs.replayOptions
    static let examples = [
        "nightjar dead-letters replay --data night",
        "nightjar dead-letters replay --data night --schemas lsst-schemas --filters filters",
    ]

    private let folder: String
    private let request: FolderRequest
    private let models: ModelOptions
    private let schemas: SchemaOptions
    private let filters: FilterOptions

    init(_ arguments: Arguments) throws {
        folder = try DataFolders(arguments).sole("replayed")
        models = try ModelOptions(arguments)
        filters = try FilterOptions(arguments, reddening: models.reddening())
        schemas = try SchemaOptions(arguments)
        request = .replay(options: HandedOptions.words(FolderJobs.replayOptions, of: arguments))
    }

    func run() throws -> ExitStatus {
        // What is not there is said here, and not by the process that holds the folder.
        _ = try schemas.source()
        _ = try models.supernovaOptions()
        _ = try filters.library(testedOn: nil)
        return try FolderJobs.run(request, in: folder)
    }
}
