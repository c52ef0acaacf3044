internal import CloudBroker
internal import Foundation
internal import CloudStorage
internal import Pipeline

/// `nightjar backfill gs://BUCKET[/PREFIX] --to bigquery://PROJECT/DATASET`
enum BackfillCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words, withValue: ["to", "settle", "schemas", "schema-registry"], flags: ["json", "quiet"])
        let word = try call.soleOperand("gs://BUCKET[/PREFIX]")
        guard case .storage(let bucket, let prefix) = try CloudAddress(word) else {
            throw UsageError("\(word): say gs://BUCKET[/PREFIX]")
        }
        guard let tables = try StageCommand.tables("to", call) else {
            throw UsageError("--to bigquery://PROJECT/DATASET is missing")
        }
        let isQuiet = call.flags.contains("quiet")
        let settling = try StageCommand.settling(call) { if !isQuiet { Terminal.note($0) } }
        let worker = StageWorker(
            GoogleStores(tables: GoogleTables(tables, settling: settling, keepsAlerts: true)),
            decoding: AlertPipeline(
                demandsPurity: false, supernovae: nil, schemaOfID: try RunCommand.schemaSource(call)),
            // An object that makes no row is always told: it is why the status is 1.
            deadLetters: DeadLetterStream { Terminal.complain("\($0.message.id): \($0.reason)") })
        var backfill = Backfill(from: try StorageClient(), worker: worker, settling: settling)
        let counts = try backfill.run(bucket: bucket, prefix: prefix)
        if call.flags.contains("json") {
            try Terminal.put(report: counts)
        } else {
            try Terminal.say(
                "\(counts.messages) objects, \(counts.alerts) alerts, \(counts.deadLettered) unusable")
        }
        if counts.deadLettered > 0 { exit(1) }
    }
}
