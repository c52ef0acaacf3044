import Alerts
import Foundation
import HTTPServer
import Schemas
import Synchronization
import TestServers
import TestSupport
import Testing

/// Schemas without an option: published ones beside the program, and a registry's answers on disk.
@Suite struct KeptSchemaTests {
    private let folder: TemporaryFolder
    private let registry = RegistryServer()
    private let server: HTTPServer

    init() throws {
        folder = try TemporaryFolder()
        server = try registry.serve()
    }

    private func book(registry: Bool = true, published: String? = nil) throws -> SchemaRegistry {
        try SchemaRegistry(
            folder: nil, published: published, registry: registry ? "http://127.0.0.1:\(server.port)" : nil,
            cache: folder.file("cache/schemas"))
    }

    private func isFound(_ answer: SchemaAnswer) -> Bool { if case .found = answer { true } else { false } }
    private func isUnknown(_ answer: SchemaAnswer) -> Bool { if case .unknown = answer { true } else { false } }
    private var asked: Int { registry.asked.withLock { $0.count } }
    private var kept: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.file("cache/schemas"))) ?? []).sorted()
    }
    private let schema = SchemaRegistryTests.alert("11_2", needs: "long")

    @Test("what a registry has told is found without it") func restart() throws {
        try registry.add(1102, schema: schema)
        #expect(isFound(try book().schema(1102)))
        #expect(try isFound(book().schema(1102)) && isFound(book(registry: false).schema(1102)))
        #expect(asked == 1 && kept.count == 1 && kept[0].hasPrefix("1102-"))
    }

    @Test("only a schema whose name says its number is kept: another registry may have another one there")
    func others() throws {
        try registry.add(7, schema: SmallPacket.schema)
        try registry.add(1103, schema: schema)
        for id in [7, 1103] { #expect(isFound(try book().schema(UInt32(id)))) }
        try registry.add(1102, schema: "{")
        #expect(try !isFound(book().schema(1102)) && !isFound(book().schema(9)))
        #expect(kept == [])
    }

    @Test(
        "a kept schema that was changed is removed and asked for again",
        arguments: ["cut", "changed", "empty", "long", "renamed"])
    func damage(kind: String) throws {
        try registry.add(1102, schema: schema)
        _ = try book().schema(1102)
        let path = folder.file("cache/schemas/\(try #require(kept.first))")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed =
            switch kind {
            case "cut": String(text.dropLast())
            case "changed": text.replacing("\"x\"", with: "\"y\"")
            case "long": String(repeating: " ", count: 2 << 20)
            case "renamed": text.replacing("v11_2", with: "v11_1")
            default: ""
            }
        try changed.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try isUnknown(book(registry: false).schema(1102)) && kept == [])
        #expect(try isFound(book().schema(1102)) && asked == 2 && kept.count == 1)
    }

    @Test("a cache that cannot be written to is told, and keeps nothing back") func fullDisk() throws {
        try folder.write([], to: "cache")
        try registry.add(1102, schema: schema)
        let told = folder.file("cache")
        let lines = Lines()
        let book = try SchemaRegistry(
            folder: nil, registry: "http://127.0.0.1:\(server.port)", cache: told + "/schemas", log: { lines.add($0) })
        #expect(isFound(book.schema(1102)))
        #expect(lines.all.count == 1 && lines.all[0].contains("cannot be kept"), "\(lines.all)")
    }

    /// Lines that threads have told.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("published schemas are read when the first one is needed, and before the registry is asked") func lazy()
        throws
    {
        let published = folder.file("published")
        let book = try book(published: published)
        try folder.write(Array(schema.utf8), to: "published/11/2/alert.avsc")
        #expect(isFound(book.schema(1102)) && isUnknown(book.schema(1103)))
        #expect(registry.asked.withLock { $0 } == ["/schemas/ids/1103"])
    }

    @Test("a published set that is damaged is no answer, and is read again until it is whole") func repaired() throws {
        let published = folder.file("published")
        try folder.write(Array("{".utf8), to: "published/11/2/alert.avsc")
        let book = try book(registry: false, published: published)
        guard case .unavailable(let reason) = book.schema(1102) else { return #expect(Bool(false)) }
        #expect(reason.contains("published/11/2/alert.avsc"))
        try folder.write(Array(schema.utf8), to: "published/11/2/alert.avsc")
        let deadline = ContinuousClock.now + .seconds(300)
        while !isFound(book.schema(1102)), ContinuousClock.now < deadline { usleep(20_000) }
        #expect(isFound(book.schema(1102)))
    }

    @Test("a hostile stream of numbers costs no question each") func numbers() throws {
        let book = try book(registry: false)
        for id in 0..<20_000 as Range<UInt32> { #expect(isUnknown(book.schema(id % 100))) }
        #expect(asked == 0)
    }
}
