internal import Alerts
internal import Avro
internal import DataLayout
internal import Foundation
internal import Query

/// `nightjar alert ID|NAME --data DIR`
enum AlertCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: ["avro"], repeatable: ["data"], flags: ["json", "original"])
        let folders = try call.dataFolders()
        let word = try call.soleOperand("ID, an alert's, or an object's NAME,")
        let isOriginal = call.flags.contains("original")
        if isOriginal && call.options["avro"] == nil { throw UsageError("--original goes with --avro FILE") }
        let reader = try DataReader(folders)
        let archived = try NamedObject.alert(word, in: reader)
        if let path = call.options["avro"] {
            let bytes = isOriginal ? Array(try archived.received()) : try archived.container()
            try write(bytes, to: path)
        }
        if call.flags.contains("json") {
            var line: [UInt8] = []
            try AvroJSON.append(archived.body, schema: archived.schema, to: &line)
            try Terminal.put(json: line)
        } else if call.options["avro"] == nil {
            try describe(archived)
        }
        for damage in reader.damagedHeaders { Terminal.complain("\(damage)") }
        if !reader.damagedHeaders.isEmpty { exit(1) }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        if path == "-" { return try Terminal.put(bytes[...]) }
        do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch let error as CocoaError {
            throw FileError(path: path, detail: error.plain)
        }
    }

    private static func describe(_ archived: ArchivedAlert) throws {
        var lines: [String] = []
        var decoder = AlertDecoder()
        try decoder.decode(archived.container()[...]) { decoded in lines = AlertText.lines(decoded.alert) }
        let checked = archived.isChecked ? "" : " (by an older Nightjar, without a checksum: not checked)"
        lines.append("archived in   \(archived.path)\(checked)")
        for line in lines { try Terminal.say(line) }
    }
}
