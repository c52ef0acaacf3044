import Broker
import Foundation
import Packets
import Query
import SQLite
import TestSupport
import Testing

/// Data folders that runs have filled with packets, each from a source of its own.
struct DataFolders {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func path(_ name: String) -> String { folder.file(name) }

    /// Runs packets, in the order given, into a data folder.
    func run(_ packets: [[UInt8]], into name: String) throws {
        for (number, packet) in packets.enumerated() {
            try folder.write(packet, to: "source of \(name)/\(100 + number).avro")
        }
        let source = try Source.local(folder.file("source of \(name)"))
        let outcome = try Run(Run.Options(folder: path(name), sources: [source])).run()
        #expect(outcome.failures.isEmpty)
    }

    /// Flips a bit of the last record of a segment.
    func damage(_ segment: String, in name: String) throws {
        let url = URL(fileURLWithPath: "\(path(name))/\(segment)")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 40] ^= 1
        try bytes.write(to: url)
    }

    /// Runs statements on the database of a folder.
    func change(_ name: String, _ sql: String) throws {
        try Database(path: "\(path(name))/nightjar.db", mode: .readWrite).execute(sql)
    }

    func reader(_ names: String...) throws -> DataReader { try DataReader(names.map { path($0) }) }
}
