import Alerts
import Avro
import Broker
import Foundation
import HTTP
import HTTPServer
import Packets
import Stages
import Synchronization
import TestSupport
import Testing
import Threads

/// A schema registry of loopback, which answers as Confluent's does, or not at all (Schema Registry API, GET /schemas/ids/ID).
private final class Registry: Sendable {
    struct Answer: Sendable {
        var status = 200
        var body: String
    }

    let answers = Mutex<[String: Answer]>([:])
    let asked = Mutex<[String]>([])
    /// What it says of everything, as a proxy whose registry is away does.
    let instead = Mutex<Answer?>(nil)

    func serve() throws -> HTTPServer {
        try HTTPServer(HTTPServerSettings(port: 0)) { [self] request in
            asked.withLock { $0.append(request.url) }
            let unknown = Answer(status: 404, body: #"{"error_code": 40403, "message": "Schema not found"}"#)
            let answer = instead.withLock { $0 } ?? answers.withLock { $0[request.url] } ?? unknown
            return HTTPResponse(status: answer.status, headers: [], body: Array(answer.body.utf8))
        }
    }

    /// A schema under a number, as the registry writes it.
    func add(_ id: Int, schema: String) throws {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: ["schema": schema]), as: UTF8.self)
        answers.withLock { $0["/schemas/ids/\(id)"] = Answer(body: body) }
    }
}

@Suite struct SchemaBookTests {
    private let registry = Registry()

    private func book(_ server: HTTPServer) throws -> SchemaBook {
        try SchemaBook(folder: nil, registry: "http://127.0.0.1:\(server.port)/")
    }

    private func isFound(_ answer: SchemaAnswer) -> Bool { if case .found = answer { true } else { false } }
    private func isUnknown(_ answer: SchemaAnswer) -> Bool { if case .unknown = answer { true } else { false } }
    private func isUnusable(_ answer: SchemaAnswer) -> Bool { if case .unusable = answer { true } else { false } }
    private func isUnavailable(_ answer: SchemaAnswer) -> Bool { if case .unavailable = answer { true } else { false } }

    @Test("a schema, and a number that nobody knows, are answers and asked for once") func answers() throws {
        let server = try registry.serve()
        try registry.add(703, schema: SmallPacket.schema)
        let book = try book(server)
        for _ in 0..<3 {
            #expect(isFound(book.schema(703)))
            #expect(isUnknown(book.schema(9)))
        }
        #expect(registry.asked.withLock { $0 } == ["/schemas/ids/703", "/schemas/ids/9"])
    }

    @Test(
        "what stands under a number and is no Avro schema is not asked for again",
        arguments: ["{", "\"x\"", "syntax = \"proto3\";"])
    func unusable(schema: String) throws {
        let server = try registry.serve()
        try registry.add(5, schema: schema)
        let book = try book(server)
        for _ in 0..<3 { #expect(isUnusable(book.schema(5))) }
        #expect(registry.asked.withLock { $0.count } == 1)
    }

    @Test(
        "a failure is no answer: the schema is found once the registry is back",
        arguments: [
            (503, "{}"), (500, ""), (429, ""), (401, ""), (200, "<html>wait</html>"), (200, ""), (200, "{}"),
            (200, "[1]"),
            (200, #"{"schema": 7}"#), (302, ""),
        ])
    func failures(status: Int, body: String) throws {
        let server = try registry.serve()
        try registry.add(703, schema: SmallPacket.schema)
        registry.instead.withLock { $0 = Registry.Answer(status: status, body: body) }
        let book = try book(server)
        #expect(isUnavailable(book.schema(703)))
        registry.instead.withLock { $0 = nil }
        // It is left alone for a moment.
        let deadline = ContinuousClock.now + .seconds(300)
        while !isFound(book.schema(703)), ContinuousClock.now < deadline { usleep(20_000) }
        #expect(isFound(book.schema(703)))
    }

    @Test("a batch of packets is not as many questions while it fails") func batch() throws {
        let server = try registry.serve()
        registry.instead.withLock { $0 = Registry.Answer(status: 503, body: "") }
        let book = try book(server)
        for id in 0..<2_000 { #expect(isUnavailable(book.schema(UInt32(id)))) }
        #expect(registry.asked.withLock { $0.count } < 200)
    }

    @Test("an answer without end is not taken, and the question is broken off by a stop") func hostile() throws {
        let server = try registry.serve()
        registry.instead.withLock { $0 = Registry.Answer(body: String(repeating: "x", count: 2 << 20)) }
        #expect(isUnusable(try book(server).schema(1)))
        let stop = StopSignal()
        stop.set()
        let book = try SchemaBook(folder: nil, registry: "http://127.0.0.1:\(server.port)", stop: stop)
        #expect(isUnavailable(book.schema(2)))
    }

    // MARK: - Files

    private static func alert(_ version: String, needs type: String) -> String {
        """
        {"type": "record", "name": "alert", "namespace": "lsst.v\(version)", "fields": [{"name": "x", "type": "\(type)"}]}
        """
    }

    @Test(
        "a file that is no schema is wrong usage that names it, and no other schema of its folder goes missing in silence",
        arguments: [("{", "no schema"), ("7", "no schema"), ("\"int\"", "no schema"), ("", "no schema")])
    func badFile(text: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let sound = try folder.write(Array(Self.alert("7_3", needs: "long").utf8), to: "schemas/7/alert.avsc")
        let path = folder.file("schemas")
        #expect(isFound(try SchemaBook(folder: path, registry: nil).schema(703)))
        let bad = try folder.write(Array(text.utf8), to: "schemas/7/other.avsc")
        let error = #expect(throws: BrokerError.self) { try SchemaBook(folder: path, registry: nil) }
        #expect(error?.code == .cannotRead && error?.path == bad && bad != sound)
        #expect(error?.detail.contains(reason) == true)
    }

    @Test("so is an alert's schema whose types are not all there")
    func incomplete() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array(Self.alert("7_3", needs: "long").utf8), to: "schemas/7/alert.avsc")
        try folder.write(Array(Self.alert("8_0", needs: "lsst.v8_0.diaSource").utf8), to: "schemas/8/alert.avsc")
        let error = #expect(throws: BrokerError.self) {
            try SchemaBook(folder: folder.file("schemas"), registry: nil)
        }
        #expect(error?.path == folder.file("schemas/8"))
        #expect(error?.detail.contains("lsst.v8_0.alert") == true)
        #expect(error?.detail.contains("lsst.v8_0.diaSource") == true)
    }

    // MARK: - A run

    private func framed(_ candid: Int64) -> [UInt8] { [0, 0, 0, 2, 191] + SmallPacket(candid: candid).body }  // 703

    private func options(_ folder: TemporaryFolder, _ book: SchemaBook) throws -> Run.Options {
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
        registry.instead.withLock { $0 = Registry.Answer(status: 503, body: "") }
        let book = try book(server)
        let said = Mutex<[String]>([])
        let (report, failures) = try Run(try options(folder, book)).run(log: { line in
            said.withLock { $0.append(line) }
        })
        #expect(report[.received] == 3 && report[.deadLettered] == 3 && failures.isEmpty)
        let lines = said.withLock { $0 }
        #expect(lines.count == 2 && lines[0].hasPrefix("waits and tries again: the schema with number 703"), "\(lines)")
        let letters = try DeadLetterBox.list(folder: folder.file("data"))
        #expect(Set(letters.map(\.code)) == ["schemaUnavailable"])
        #expect(letters.allSatisfy { $0.reason.contains("status 503") })
        // Three tries, and each of them asked anew.
        #expect(registry.asked.withLock { $0.count } >= 3)

        registry.instead.withLock { $0 = nil }
        let deadline = ContinuousClock.now + .seconds(300)
        while !isFound(book.schema(703)), ContinuousClock.now < deadline { usleep(20_000) }
        let replayed = try DeadLetterBox.replay(
            folder: folder.file("data"), supernovae: nil, schemaOfID: { book.schema($0) })
        #expect(replayed.report[.stored] == 3 && replayed.waiting == 0)
    }

    @Test("a registry that is back after the first try costs a file nothing") func backSoon() throws {
        let folder = try TemporaryFolder()
        let server = try registry.serve()
        try registry.add(703, schema: SmallPacket.schema)
        registry.instead.withLock { $0 = Registry.Answer(status: 503, body: "") }
        let book = try book(server)
        let registry = registry
        let (report, _) = try Run(try options(folder, book)).run(log: { _ in registry.instead.withLock { $0 = nil } })
        #expect(report[.received] == 3 && report[.stored] == 3)
    }
}
