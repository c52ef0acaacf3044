internal import Broker
internal import Foundation
internal import Stages

/// `nightjar dead-letters list|show|replay --data DIR`
enum DeadLettersCommand {
    /// Letters that `list` shows unless it is told how many; a night can have millions.
    private static let shownLetters = 100
    /// Letters looked up at a time.
    private static let lettersAtOnce = 1_000

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words, withValue: Models.values.union(["data", "limit", "out", "schemas", "schema-registry"]),
            flags: Models.flags.union(["json"]))
        let folder = try call.required("data", "DIR, the data folder,")
        switch call.operands.first {
        case "list" where call.operands.count == 1:
            let limit = try call.number("limit", in: 0...Int.max)
            if call.flags.contains("json") {
                try each(folder, limit: limit ?? .max) { try Terminal.put(encoded: $0) }
            } else {
                try list(folder, limit: limit ?? shownLetters)
            }
        case "show" where call.operands.count == 2:
            guard let id = Int64(call.operands[1]) else { throw UsageError("'\(call.operands[1])' is no number") }
            let path = try call.required("out", "FILE")
            let bytes = try DeadLetterBox.packet(id, folder: folder)
            do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch let error as CocoaError {
                throw FileError(path: path, detail: error.plain)
            }
        case "replay" where call.operands.count == 1:
            var isSound = true
            let outcome = try DeadLetterBox.replay(
                folder: folder, supernovae: try Models.options(call), schemaOfID: RunCommand.schemaSource(call)
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

    /// The counts by reason, then the letters.
    private static func list(_ folder: String, limit: Int) throws {
        let counts = try DeadLetterBox.counts(folder: folder)
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
        try each(folder, limit: limit) { letter in
            let place = letter.source + (letter.member.map { ", \($0)" } ?? "") + " (packet \(letter.position))"
            let kept = letter.isWhole ? "" : ", only its beginning kept"
            try Terminal.say("\(letter.id)  \(letter.state)  \(place)  \(letter.size) bytes\(kept)  \(letter.reason)")
        }
        if total > limit { try Terminal.say("and \(plural(total - limit)) more; --limit N shows N, --json all") }
    }

    private static func each(_ folder: String, limit: Int, _ body: (DeadLetter) throws -> Void) throws {
        var (last, left) = (Int64(-1), limit)
        while left > 0 {
            let letters = try DeadLetterBox.list(folder: folder, after: last, limit: min(left, lettersAtOnce))
            for letter in letters { try body(letter) }
            guard letters.count == lettersAtOnce, let end = letters.last else { return }
            (last, left) = (end.id, left - letters.count)
        }
    }

    private static func plural(_ letters: Int) -> String {
        "\(ReportText.grouped(letters)) dead letter" + (letters == 1 ? "" : "s")
    }
}
