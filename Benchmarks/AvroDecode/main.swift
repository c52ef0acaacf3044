// Decodes packets again and again through a projection: `avro-benchmark FOLDER-OR-FILE... [--seconds N]`.
import Avro
import Foundation

var seconds = 3.0
var paths: [String] = []
var words = CommandLine.arguments.dropFirst().makeIterator()
while let word = words.next() {
    if word == "--seconds" { seconds = words.next().flatMap(Double.init) ?? seconds } else { paths.append(word) }
}

func files(below path: String) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
        return [path]
    }
    let names = FileManager.default.subpaths(atPath: path) ?? []
    return names.sorted().map { path + "/" + $0 }
}

var packets: [[UInt8]] = []
for path in paths.flatMap(files(below:)) where path.hasSuffix(".avro") {
    if let data = FileManager.default.contents(atPath: path) { packets.append(Array(data)) }
}

let historyColumns = [
    "jd", "fid", "pid", "diffmaglim", "programid", "candid", "isdiffpos", "nid", "rcid", "field", "ra", "dec",
    "magpsf", "sigmapsf", "magap", "sigmagap", "distnr", "magnr", "rb", "drb", "fwhm", "classtar", "nbad",
    "magzpsci", "magzpsciunc",
]

/// All fields of the record and of `candidate`, and the usual columns of the history.
func projection(of schema: AvroSchema) throws(AvroError) -> Projection {
    var columns: [String] = []
    for field in schema.root.record?.fields ?? [] {
        guard let record = field.type.record else {
            if case .array = (field.type.nullable?.value ?? field.type).kind { continue }
            columns.append(field.name)
            continue
        }
        columns += record.fields.map { field.name + "." + $0.name }
    }
    let list = Projection.List(path: "prv_candidates", columns: historyColumns)
    return try Projection(schema: schema, columns: columns, lists: [list])
}

let clock = ContinuousClock()
var projections: [AvroSchema: Projection] = [:]
var record = ProjectedRecord()
var alerts = 0
var bytes = 0
var rows = 0
var failed = 0
let start = clock.now
var best = Double.infinity  // seconds for an alert in the fastest pass, which others' work disturbed least
while clock.now - start < .seconds(seconds) {
    let before = (alerts, clock.now)
    for packet in packets {
        do {
            var reader = try ContainerReader(packet[...])
            let schema = reader.header.schema
            let known = projections[schema]
            let projection = if let known { known } else { try projection(of: schema) }
            if known == nil { projections[schema] = projection }
            while let block = try reader.nextBlock() {
                var rest = block.data
                for _ in 0..<block.count {
                    let length = try projection.decodePrefix(rest, into: &record)
                    rest = rest.dropFirst(length)
                    alerts += 1
                    rows += record.lists[0].count
                }
            }
            bytes += packet.count
        } catch {
            if failed == 0 { print("first failure:", error) }
            failed += 1
        }
    }
    if alerts > before.0 { best = min(best, (clock.now - before.1) / .seconds(1) / Double(alerts - before.0)) }
}
let took = (clock.now - start) / .seconds(1)
print(
    "packets=\(packets.count) schemas=\(projections.count) rowsPerAlert=\(rows / max(1, alerts)) failed=\(failed)",
    "alerts/s=\(Int(Double(alerts) / took)) MB/s=\(Int(Double(bytes) / took / 1e6))",
    "us/alert=\(took * 1e6 / Double(max(1, alerts))) best=\(Int(1 / best))/s")
