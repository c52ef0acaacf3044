internal import Broker
internal import DataLayout
internal import Foundation
internal import Query
internal import Pipeline

/// `nightjar dead-letters list|show|replay --data DIR`
enum DeadLettersCommand {
    /// Letters that `list` shows unless it is told how many; a night can have millions.
    private static let shownLetters = 100

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words, withValue: Models.values.union(["limit", "out", "schemas", "schema-registry"]), repeatable: ["data"],
            flags: Models.flags.union(["json"]))
        let folders = try call.dataFolders()
        switch call.operands.first {
        case "list" where call.operands.count == 1:
            let limit = try call.number("limit", in: 0...Int.max)
            if call.flags.contains("json") {
                let hasMany = folders.count > 1
                try DataReader(folders).forEachDeadLetter(limit: limit ?? .max) {
                    try Terminal.put(encoded: Line(letter: $0, hasFolder: hasMany))
                }
            } else {
                try list(DataReader(folders), limit: limit ?? shownLetters)
            }
        case "show" where call.operands.count == 2:
            guard let id = Int64(call.operands[1]) else { throw UsageError("'\(call.operands[1])' is no number") }
            let path = try call.required("out", "FILE")
            let bytes = try DataReader(folders).deadLetterPacket(id)
            do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch let error as CocoaError {
                throw FileError(path: path, detail: error.plain)
            }
        case "replay" where call.operands.count == 1:
            guard folders.count == 1 else { throw UsageError("one data folder at a time is replayed") }
            var isSound = true
            let outcome = try Replay.run(
                folder: folders[0], supernovae: try Models.options(call), schemaOfID: RunCommand.schemaSource(call)
            ) { damage in
                Terminal.complain("\(damage)")
                isSound = false
            }
            try Terminal.say(
                "replayed \(outcome.report[.received]): \(outcome.report[.stored]) stored, "
                    + "\(outcome.report[.duplicates]) duplicates; \(outcome.waiting) still wait")
            if !isSound { exit(1) }
        default:
            throw UsageError(
                "say 'dead-letters list', 'dead-letters show ID --out FILE' or 'dead-letters replay'",
                mistyped: call.operands.first, among: ["list", "show", "replay"])
        }
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
    private static func list(_ reader: DataReader, limit: Int) throws {
        let counts = try reader.deadLetterCounts()
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
        try reader.forEachDeadLetter(limit: limit) { found in
            let letter = found.letter
            let place = letter.source + (letter.member.map { ", \($0)" } ?? "") + " (packet \(letter.position))"
            let kept = letter.isWhole ? "" : ", only its beginning kept"
            try Terminal.say(
                "\(letter.id)  " + (hasMany ? "\(found.folder)  " : "")
                    + "\(letter.state)  \(place)  \(letter.size) bytes\(kept)  \(letter.reason)")
        }
        if total > limit { try Terminal.say("and \(plural(total - limit)) more; --limit N shows N, --json all") }
    }

    private static func plural(_ letters: Int) -> String {
        "\(ReportText.grouped(letters)) dead letter" + (letters == 1 ? "" : "s")
    }
}
