import Foundation
import CloudStorage
import GoogleAuth
import LoopbackServer
import Testing

/// Against a server that fails by the bucket's name (see `storage.py`).
@Suite struct StorageFaultTests {
    private static let shared = Result { try LoopbackServer("storage.py") }
    private let client: StorageClient
    private let impatient: StorageClient  // gives up soon
    private let name = UUID().uuidString
    private let small: [UInt8] = Array("an alert".utf8)
    private let large = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) }  // four pieces

    init() throws {
        let address = try Self.shared.get().plain
        var retries = RetryPolicy(
            codes: StorageClient.standardRetries.codes, firstWait: .milliseconds(5), mostWait: .milliseconds(50),
            mostTime: .seconds(60))
        client = StorageClient(credentials: .none, endpoint: address, retries: retries, chunk: 262_144)
        retries.mostTime = .milliseconds(300)
        impatient = StorageClient(credentials: .none, endpoint: address, retries: retries)
    }

    private func path(_ bucket: String) -> StoragePath { StoragePath(bucket: bucket, object: name) }

    private func put(
        _ bytes: [UInt8], _ bucket: String, _ condition: StorageUpload.Condition = .ifAbsent
    ) throws -> StorageUploaded {
        try client.put(StorageUpload(bytes, to: path(bucket), condition: condition))
    }

    private func failure(_ call: () throws -> Void) -> GoogleCloudError? {
        do {
            try call()
            return nil
        } catch { return error as? GoogleCloudError }
    }

    @Test("goes on when the service is busy", arguments: ["busy", "quota"])
    func busy(bucket: String) throws {
        #expect(try put(small, bucket) != .alreadyThere)
        #expect(try client.get(path(bucket)) == small)
    }

    @Test func triesNothingTwiceThatMayUndoAnothers() throws {
        #expect(failure { _ = try put(small, "busy", .always) }?.code == .unavailable)
        #expect(failure { try client.delete(path("busy")) }?.code == .unavailable)
        #expect(failure { try client.delete(path("busy"), generation: 1) }?.code == .notFound)  // tried, and told
    }

    @Test func knowsItsOwnWorkAfterALostAnswer() throws {
        #expect(try put(small, "lost-answer") == .alreadyThere)
        #expect(try client.get(path("lost-answer")) == small)
    }

    @Test func saysWhatTheServiceSaid() throws {
        let denied = try #require(failure { _ = try put(small, "denied") })
        #expect(denied.code == .permissionDenied)
        #expect(
            denied.description == "Cloud Storage, gs://denied/\(name): permission denied: "
                + "broker@night does not have storage.objects.create access. (status 403)")
        let missing = try #require(failure { _ = try client.get(path("none")) })
        #expect(missing.code == .notFound)
        #expect(missing.detail == "No such object: none/\(name) (status 404)")
    }

    @Test func givesUpWhereTheServiceStaysBusy() throws {
        let upload = StorageUpload(small, to: path("many"), condition: .ifAbsent)
        let error = try #require(failure { _ = try impatient.put(upload) })
        #expect(error.code == .resourceExhausted)
        #expect(error.detail.contains("(status 429)"))
    }

    @Test func takesNoOtherSumForItsOwn() throws {
        #expect(failure { _ = try put(small, "liar") }?.code == .dataLoss)
        #expect(failure { _ = try put(small, "html") }?.code == .malformedAnswer)
        _ = try put(small, "damaged")
        #expect(failure { _ = try client.get(path("damaged")) }?.code == .dataLoss)
        _ = try put(small, "silent")
        #expect(failure { _ = try client.get(path("silent")) }?.code == .malformedAnswer)
    }

    @Test func keepsTheLimit() throws {
        _ = try put(small, "good")
        #expect(failure { _ = try client.get(path("good"), limit: small.count - 1) }?.code == .malformedAnswer)
        #expect(try client.get(path("good"), limit: small.count) == small)
    }

    @Test("sends in pieces, over breaks and lost sessions", arguments: ["good", "breaks", "forgets", "busy"])
    func pieces(bucket: String) throws {
        guard case .created(let object) = try put(large, bucket) else {
            Issue.record("it was there")
            return
        }
        #expect(object.size == large.count)
        #expect(try client.get(path(bucket)) == large)
        #expect(try put(large, bucket) == .alreadyThere)
    }

    @Test func goesOnAfterALostLastAnswer() throws {
        #expect(try put(large, "lost-answer") != .alreadyThere)
        #expect(try client.get(path("lost-answer")) == large)
    }

    @Test func givesUpOnAnUploadThatLeadsNowhere() throws {
        let lost = try #require(failure { _ = try put(large, "lost") })
        #expect(lost.code == .aborted && lost.detail == "the upload was lost 3 times")
        let stuck = try #require(failure { _ = try put(large, "stuck") })
        #expect(stuck.code == .unavailable && stuck.detail == "the upload does not go on from byte 0")
    }

    @Test func takesNoListingThatGoesInACircle() throws {
        var listing = client.list("loops")
        #expect(try listing.next()?.isEmpty == true)
        #expect(failure { _ = try listing.next() }?.code == .malformedAnswer)
    }

    @Test func notifies() throws {
        let bucket = "told-\(name.lowercased())"
        #expect(try client.notifications(of: bucket).isEmpty)
        let topic = "projects/night/topics/ztf_alert_avro_bucket"
        let wanted = StorageNotification(
            topic: topic, payload: .none, events: [.finalize, .delete], attributes: ["survey": "ztf"], prefix: "a/")
        let made = try client.createNotification(wanted, of: bucket)
        #expect(made.id == "1" && made.topic == topic && made.payload == .none && made.prefix == "a/")
        #expect(made.events == [.finalize, .delete] && made.attributes == ["survey": "ztf"])
        let other = try client.createNotification(StorageNotification(topic: topic, payload: .object), of: bucket)
        #expect(try client.notifications(of: bucket) == [made, other])
        try client.deleteNotification("1", of: bucket)
        #expect(try client.notifications(of: bucket) == [other])
        #expect(failure { try client.deleteNotification("1", of: bucket) }?.code == .notFound)
    }
}
