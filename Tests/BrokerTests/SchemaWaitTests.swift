import Alerts
import Broker
import DataLayout
import Foundation
import HTTPServer
import Packets
import Query
import Schemas
import Pipeline
import Synchronization
import TestServers
import TestSupport
import Testing

/// Runs over packets whose schema a registry has, or does not have yet.
@Suite struct SchemaWaitTests {
    private let registry = RegistryServer()

    private func book(_ server: HTTPServer) throws -> SchemaRegistry {
        try SchemaRegistry(folder: nil, registry: "http://127.0.0.1:\(server.port)/")
    }

    private func isFound(_ answer: SchemaAnswer) -> Bool { if case .found = answer { true } else { false } }

    private func framed(_ candid: Int64) -> [UInt8] { [0, 0, 0, 2, 191] + SmallPacket(candid: candid).body }  // 703

    private func options(_ folder: TemporaryFolder, _ book: SchemaRegistry) throws -> Run.Options {
        let files = try (1...3).map { try folder.write(framed($0), to: "packets/\($0).avro") }
        var options = Run.Options(
            folder: folder.file("data"), sources: [.folder(path: (files[0] as NSString).deletingLastPathComponent)])
        options.schemaOfID = { book.schema($0) }
        return options
    }

    @Test("a file does not wait for long: its packets become dead letters with the reason, and replay frees them")
    func file() throws {
        let folder = try TemporaryFolder()
        let server = try registry.serve()
        try registry.add(703, schema: SmallPacket.schema)
        registry.instead.withLock { $0 = RegistryServer.Answer(status: 503, body: "") }
        let book = try book(server)
        let said = Mutex<[String]>([])
        let (report, failures) = try Run(try options(folder, book)).run(log: { line in
            said.withLock { $0.append(line) }
        })
        #expect(report[.received] == 3 && report[.deadLettered] == 3 && failures.isEmpty)
        let lines = said.withLock { $0 }
        #expect(lines.count == 2 && lines[0].hasPrefix("waits and retries: the schema with number 703"), "\(lines)")
        let letters = try DataReader([folder.file("data")]).deadLetters().map(\.letter)
        #expect(Set(letters.map(\.code)) == ["schemaUnavailable"])
        #expect(letters.allSatisfy { $0.reason.contains("status 503") })
        // Three tries, and each of them asked anew.
        #expect(registry.asked.withLock { $0.count } >= 3)

        registry.instead.withLock { $0 = nil }
        let deadline = ContinuousClock.now + .seconds(300)
        while !isFound(book.schema(703)), ContinuousClock.now < deadline { usleep(20_000) }
        let replayed = try Replay.run(
            folder: folder.file("data"), supernovae: nil, schemaOfID: { book.schema($0) })
        #expect(replayed.report[.stored] == 3 && replayed.waiting == 0)
    }

    @Test("a registry that is back after the first try does not affect a file") func backSoon() throws {
        let folder = try TemporaryFolder()
        let server = try registry.serve()
        try registry.add(703, schema: SmallPacket.schema)
        registry.instead.withLock { $0 = RegistryServer.Answer(status: 503, body: "") }
        let book = try book(server)
        let registry = registry
        let (report, _) = try Run(try options(folder, book)).run(log: { _ in registry.instead.withLock { $0 = nil } })
        #expect(report[.received] == 3 && report[.stored] == 3)
    }
}
