import Alerts
import Foundation
import HTTPServer
import Schemas
import Synchronization
import TestServers
import TestSupport
import Testing
import Threads

@Suite struct SchemaRegistryTests {
    private let registry = RegistryServer()

    private func book(_ server: HTTPServer) throws -> SchemaRegistry {
        try SchemaRegistry(folder: nil, registry: "http://127.0.0.1:\(server.port)/")
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
        registry.instead.withLock { $0 = RegistryServer.Answer(status: status, body: body) }
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
        registry.instead.withLock { $0 = RegistryServer.Answer(status: 503, body: "") }
        let book = try book(server)
        for id in 0..<2_000 { #expect(isUnavailable(book.schema(UInt32(id)))) }
        #expect(registry.asked.withLock { $0.count } < 200)
    }

    @Test("an answer without end is not taken, and the question is broken off by a stop") func hostile() throws {
        let server = try registry.serve()
        registry.instead.withLock { $0 = RegistryServer.Answer(body: String(repeating: "x", count: 2 << 20)) }
        #expect(isUnusable(try book(server).schema(1)))
        let stop = StopSignal()
        stop.set()
        let book = try SchemaRegistry(folder: nil, registry: "http://127.0.0.1:\(server.port)", stop: stop)
        #expect(isUnavailable(book.schema(2)))
    }

    // MARK: - The registry of a survey

    @Test(
        "a topic says whose registry is asked",
        arguments: [
            ("lsst-alerts-v11", true), ("^lsst-alerts-v1[12]", true), ("ztf_20240915_programid1", false),
            ("lsst", false),
            ("^.*lsst-alerts-", false),
        ])
    func surveys(topic: String, isAsked: Bool) {
        let address = "https://rubin-alert-schemas.slac.stanford.edu/schema-registry"
        #expect(Survey.ofTopic(topic)?.stream.registry == (isAsked ? address : nil))
    }

    // MARK: - Files

    static func alert(_ version: String, needs type: String) -> String {
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
        #expect(isFound(try SchemaRegistry(folder: path, registry: nil).schema(703)))
        let bad = try folder.write(Array(text.utf8), to: "schemas/7/other.avsc")
        let error = #expect(throws: SchemaError.self) { try SchemaRegistry(folder: path, registry: nil) }
        #expect(error?.path == bad && bad != sound)
        #expect(error?.detail.contains(reason) == true)
    }

    @Test("so is an alert's schema whose types are not all there")
    func incomplete() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array(Self.alert("7_3", needs: "long").utf8), to: "schemas/7/alert.avsc")
        try folder.write(Array(Self.alert("8_0", needs: "lsst.v8_0.diaSource").utf8), to: "schemas/8/alert.avsc")
        let error = #expect(throws: SchemaError.self) {
            try SchemaRegistry(folder: folder.file("schemas"), registry: nil)
        }
        #expect(error?.path == folder.file("schemas/8"))
        #expect(error?.detail.contains("lsst.v8_0.alert") == true)
        #expect(error?.detail.contains("lsst.v8_0.diaSource") == true)
    }
}
