internal import Broker
internal import Foundation

/// `nightjar dead-letters list|show|replay --data DIR`
enum DeadLettersCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words, withValue: Models.values.union(["data", "out", "schemas", "schema-registry"]),
            flags: Models.flags.union(["json"]))
        let folder = try call.required("data", "DIR, the data folder,")
        switch call.operands.first {
        case "list" where call.operands.count == 1: try list(folder, asJSON: call.flags.contains("json"))
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
                "replayed \(outcome.report.received): \(outcome.report.stored) stored, "
                    + "\(outcome.report.duplicates) duplicates; \(outcome.waiting) still wait")
            if !isSound { exit(1) }
        default: throw UsageError("say 'dead-letters list', 'dead-letters show ID --out FILE' or 'dead-letters replay'")
        }
    }

    private static func list(_ folder: String, asJSON: Bool) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for letter in try DeadLetterBox.list(folder: folder) {
            if asJSON {
                try Terminal.put(encoder.encode(letter) + [UInt8(ascii: "\n")])
            } else {
                let place = letter.source + (letter.member.map { ", \($0)" } ?? "") + " (packet \(letter.position))"
                let kept = letter.isWhole ? "" : ", only its beginning kept"
                try Terminal.say(
                    "\(letter.id)  \(letter.state)  \(place)  \(letter.size) bytes\(kept)  \(letter.reason)")
            }
        }
    }
}
