import Compression
import Foundation
import CloudStorage
import GoogleAuth
import Hashing
import TestServers
import TestSupport
import Testing

/// Against fake-gcs-server, and Google's own client beside ours.
@Suite(.enabled(if: PythonEnvironment.isThere, Comment(rawValue: StorageServer.skipped))) struct StorageTests {
    private let server: StorageServer
    private let client: StorageClient

    init() throws {
        server = try StorageServer()
        client = StorageClient(credentials: .none, endpoint: server.address, chunk: 262_144)
        #expect(try client.createBucket("night", project: "p"))
    }

    private func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    private func code(_ call: () throws -> Void) -> GoogleCloudError.Code? {
        do {
            try call()
            return nil
        } catch { return (error as? GoogleCloudError)?.code }
    }

    @Test func makesAndRemovesBuckets() throws {
        #expect(try !client.createBucket("night", project: "p"))  // ours already
        #expect(try client.hasBucket("night"))
        try client.deleteBucket("night")
        #expect(try !client.hasBucket("night"))
        #expect(code { try client.deleteBucket("night") } == .notFound)
    }

    /// What Google's client says of an object.
    private struct Seen: Decodable {
        let sha256: String
        let size: Int64
        let metadata: [String: String]
        let contentType: String
        let crc32c: String
        let names: [String]
    }

    @Test("Google's client reads the same bytes", arguments: [0, 1, 65_432, 262_144, 262_145, 3_000_000])
    func independentReader(count: Int) throws {
        let bytes = noise(count)
        let path = StoragePath(bucket: "night", object: "ZTF18abc.12345678901234567890.ztf_20260101_programid1.avro")
        let metadata = ["candid": "123", "objectId": "ZTF18abc", "version": "3.3", "sky": "ü \"'\n"]
        let upload = StorageUpload(
            bytes, to: path, contentType: "avro/binary", metadata: metadata, condition: .ifAbsent)
        guard case .created(let object) = try client.put(upload) else {
            Issue.record("it was there")
            return
        }
        #expect(object.path == path && object.size == count && object.metadata == metadata)
        #expect(object.crc32c == CRC32C.of(bytes[...]))
        let said = try PythonEnvironment.client(
            "google_storage.py", ["read", "night", path.object], environment: ["STORAGE_EMULATOR_HOST": server.address])
        let seen = try JSONDecoder().decode(Seen.self, from: Data(said.utf8))
        #expect(seen.sha256 == sha256(bytes))
        #expect(seen.size == count)
        #expect(seen.metadata == metadata)
        #expect(seen.contentType == "avro/binary")
        #expect(seen.names == [path.object])
        #expect(try client.get(path) == bytes)
    }

    @Test func readsWhatGooglesClientWrote() throws {
        let folder = try TemporaryFolder()
        let bytes = noise(1_000_000)
        let file = try folder.write(bytes, to: "a")
        _ = try PythonEnvironment.client(
            "google_storage.py", ["write", "night", "x/y", file], environment: ["STORAGE_EMULATOR_HOST": server.address]
        )
        let path = try #require(StoragePath("gs://night/x/y"))
        #expect(try client.get(path) == bytes)
        #expect(try client.object(path).metadata == ["by": "google"])
    }

    /// In one request; fake-gcs-server knows no conditions for uploads in pieces (see ``StorageFaultTests``).
    @Test func writesOnce() throws {
        let path = StoragePath(bucket: "night", object: "a")
        let first = noise(100)
        #expect(try client.put(StorageUpload(first, to: path, condition: .ifAbsent)) != .alreadyThere)
        let other = [UInt8](repeating: 7, count: 100)
        #expect(try client.put(StorageUpload(other, to: path, condition: .ifAbsent)) == .alreadyThere)
        #expect(try client.get(path) == first)
        let generation = try client.object(path).generation
        let stale = StorageUpload(other, to: path, condition: .ifGeneration(generation + 1))
        #expect(code { _ = try client.put(stale) } == .failedPrecondition)
        #expect(try client.get(path) == first)
        _ = try client.put(StorageUpload(other, to: path, condition: .ifGeneration(generation)))
        #expect(try client.get(path) == other)
        _ = try client.put(StorageUpload(first, to: path, condition: .always))
        #expect(try client.get(path) == first)
    }

    @Test(
        "keeps any name",
        arguments: [
            "plain", "a/b/c.avro", "a b", "ü/é/日本", "50%/25%2F", "?x=1&y=2#z", "a+b", "a//b/", ".hidden", "..a",
            "x/../y",
            "v9_0/kafkaPublishTimestamp=2026-01-02/diaObjectId=1/diaSourceId=2.avro", "'\"<>\\|*",
        ])
    func names(name: String) throws {
        let path = StoragePath(bucket: "night", object: name)
        _ = try client.put(StorageUpload([1, 2, 3], to: path, condition: .ifAbsent))
        #expect(try client.get(path) == [1, 2, 3])
        #expect(try client.object(path).path == path)
        var listing = client.list("night")
        #expect(try listing.next()?.map(\.path.object) == [name])
        try client.delete(path)
        #expect(code { _ = try client.get(path) } == .notFound)
    }

    @Test(
        "refuses names that cannot be",
        arguments: [
            ("night", ""), ("night", "."), ("night", ".."), ("night", "a\nb"),
            ("night", String(repeating: "ü", count: 513)),
            ("Night", "a"), ("n", "a"), ("a/b", "c"), ("night?x", "a"),
        ])
    func badNames(bucket: String, object: String) {
        let path = StoragePath(bucket: bucket, object: object)
        #expect(code { _ = try client.put(StorageUpload([], to: path, condition: .ifAbsent)) } == .invalidArgument)
        #expect(code { _ = try client.get(path) } == .invalidArgument)
    }

    @Test func listsByPrefixInPages() throws {
        let names = (0..<25).map { "a/\(100 + $0)" }
        let uploads = (names + ["b/1", "A/1"]).map {
            StorageUpload(Array($0.utf8), to: StoragePath(bucket: "night", object: $0), condition: .ifAbsent)
        }
        for outcome in client.put(uploads, connections: 4) { #expect(try outcome.get() != .alreadyThere) }
        var listing = client.list("night", prefix: "a/", page: 10)
        var found: [String] = []
        while let page = try listing.next() {
            #expect(page.count <= 10)
            found += page.map(\.path.object)
        }
        #expect(found == names)
        #expect(try listing.next() == nil)
        var none = client.list("night", prefix: "c")
        #expect(try none.next()?.isEmpty == true)
        #expect(
            code {
                var missing = client.list("no-bucket"); _ = try missing.next()
            } == .notFound)
    }

    @Test func tellsEachOfManyItsOwnFate() throws {
        let paths = (0..<40).map { StoragePath(bucket: "night", object: "\($0)") }
        _ = try client.put(StorageUpload([0], to: paths[7], condition: .ifAbsent))
        var uploads = paths.map { StorageUpload(Array($0.object.utf8), to: $0, condition: .ifAbsent) }
        uploads[9].path = StoragePath(bucket: "no-bucket", object: "9")
        let outcomes = client.put(uploads, connections: 8)
        for (index, outcome) in outcomes.enumerated() {
            switch index {
            case 7: #expect(try outcome.get() == .alreadyThere)
            case 9: #expect(code { _ = try outcome.get() } == .notFound)
            default:
                guard case .created(let object) = try outcome.get() else {
                    Issue.record("\(index) was there")
                    continue
                }
                #expect(object.path == paths[index])
            }
        }
        #expect(client.put([], connections: 8).isEmpty)
    }

    @Test func saysWhenTheServerIsAway() throws {
        server.kill()
        let impatient = StorageClient(
            credentials: .none, endpoint: server.address,
            retries: RetryPolicy(codes: [.unavailable], firstWait: .milliseconds(10), mostTime: .milliseconds(100)))
        let path = StoragePath(bucket: "night", object: "a")
        #expect(code { _ = try impatient.get(path) } == .unavailable)
    }

    @Test func findsTheEmulatorByItsVariable() throws {
        let host = String(server.address.dropFirst("http://".count))
        for address in [server.address, host, "\(server.address)/"] {
            #expect(try StorageClient(environment: ["STORAGE_EMULATOR_HOST": address]).hasBucket("night"))
        }
    }

    private func sha256(_ bytes: [UInt8]) -> String { Digest.hexadecimal(Digest.sha256(bytes[...])) }
}
