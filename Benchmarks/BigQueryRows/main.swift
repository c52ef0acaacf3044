import Alerts
import Avro
import BigQuery
import CloudBroker
import Foundation
import Packets

/// Makes BigQuery rows out of packets on one core, containers read from memory included, and prints the rate.
///
/// Usage: bigquery-rows-benchmark TARBALL-OR-FOLDER [ALERTS]
let words = CommandLine.arguments
guard words.count >= 2 else {
    print("usage: bigquery-rows-benchmark TARBALL-OR-FOLDER [ALERTS]")
    exit(2)
}
let wanted = words.count > 2 ? Int(words[2]) ?? 2000 : 2000
var isFolder: ObjCBool = false
_ = FileManager.default.fileExists(atPath: words[1], isDirectory: &isFolder)
let reader = try PacketReader(source: isFolder.boolValue ? .folder(path: words[1]) : .file(path: words[1]))
var packets: [ArraySlice<UInt8>] = []
while packets.count < wanted, let batch = try reader.nextBatch(maxPackets: wanted, maxBytes: 1 << 28) {
    packets += batch.packets.prefix(wanted - packets.count).map(\.bytes)
}
let bytes = packets.reduce(0) { $0 + $1.count }

let clock = ContinuousClock()
for table in AlertTable.allCases {
    var makers: [AvroSchema: AlertRows] = [:]
    var rowBytes = 0
    var rows = 0

    func makeRows() throws {
        for packet in packets {
            var container = try ContainerReader(packet)
            let schema = container.header.schema
            let known = makers[schema]
            let maker = try known ?? AlertRows(writer: schema, survey: .ztf, table: table)
            if known == nil { makers[schema] = maker }
            while let block = try container.nextBlock(), block.count == 1 {
                rowBytes += try maker.row(
                    block.data, adding: [.timestamp(1_726_400_000_000_000), .integer(7)]
                ).count
                rows += 1
            }
        }
    }

    var rates: [Double] = []
    for _ in 0..<21 {
        rows = 0
        rowBytes = 0
        let time = try clock.measure { try makeRows() }
        rates.append(Double(rows) / (time / .seconds(1)))
    }
    rates.sort()
    print(
        "nightjar \(table.rawValue)\t\(rows) alerts of \(bytes / packets.count) bytes, rows of \(rowBytes / rows)\t"
            + "median \(Int(rates[10])) alerts/s\tbest \(Int(rates[20]))\tworst \(Int(rates[0]))")
}
