internal import Broker
internal import Foundation

/// `nightjar ledger --data DIR`
enum LedgerCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: ["data"], flags: ["json"])
        guard call.operands.isEmpty else { throw UsageError("'ledger' takes no operand") }
        let rows = try LedgerRow.all(folder: try call.required("data", "DIR, the data folder,"))
        if call.flags.contains("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            for row in rows { try Terminal.put(encoder.encode(row) + [UInt8(ascii: "\n")]) }
            return
        }
        try Terminal.say("night     received  duplicates  stored    passed    dead      source")
        for row in rows {
            let numbers = [row.received, row.duplicates, row.stored, row.passedFilter, row.deadLettered]
            let night = row.night == 0 ? "unknown" : String(row.night)
            let columns = ([night] + numbers.map { String($0) }).enumerated().map { index, text in
                text.padding(toLength: index == 2 ? 12 : 10, withPad: " ", startingAt: 0)
            }
            try Terminal.say(columns.joined() + row.source)
        }
        if let wrong = rows.first(where: { !$0.addsUp }) {
            throw FileError(path: wrong.source, detail: "the account of night \(wrong.night) does not add up")
        }
    }
}
