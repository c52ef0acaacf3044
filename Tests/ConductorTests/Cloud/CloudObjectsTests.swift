import Alerts
import CloudBroker
import CloudStorage
@testable import Conductor
import Foundation
import GoogleAuth
import TestServers
import Testing

/// Which objects of an archive's bucket are a night's, against a Cloud Storage server.
@Suite(.enabled(if: PythonEnvironment.isThere, "\(StorageServer.skipped)")) struct CloudObjectsTests {
    private let server: StorageServer
    private let client: StorageClient

    init() throws {
        server = try StorageServer()
        client = StorageClient(credentials: .none, endpoint: server.address)
    }

    private func names(_ survey: Survey) throws -> CloudNames {
        let names = try CloudNames(project: "project", survey: survey)
        _ = try client.createBucket(names.archiveBucket, project: names.project)
        return names
    }

    private func put(_ name: String, in bucket: String, at time: String? = nil, offset: Int64 = 0) throws {
        var metadata: [String: String] = [:]
        if let time {
            let date = try Date(time, strategy: .iso8601)
            metadata = [
                "kafka.topic": "stream", "kafka.partition": "0", "kafka.offset": String(offset),
                "kafka.timestamp": String(Int64(date.timeIntervalSince1970) * 1_000),
            ]
        }
        let upload = StorageUpload(
            [1], to: StoragePath(bucket: bucket, object: name), metadata: metadata, condition: .ifAbsent)
        _ = try client.put(upload)
    }

    private func window(_ survey: Survey) throws -> CloudWindow {
        CloudWindow(
            NightMachine(
                try #require(NightTimes(night: 20_260_915, of: survey)), of: survey, rules: NightRules(survey)))
    }

    @Test("of folders of a day, what Kafka took from noon to noon is the night's, in the folders of every schema")
    func days() throws {
        let names = try names(.lsst)
        let window = try window(.lsst)
        #expect(window.days == ["2026-09-15", "2026-09-16"])
        func object(_ version: String, _ day: String, _ id: Int64) -> String {
            "\(version)/kafkaPublishTimestamp=2026-09-\(day)/diaObjectId=7/diaSourceId=\(id).avro"
        }
        let bucket = names.archiveBucket
        try put(object("7%2E4", "14", 1), in: bucket, at: "2026-09-14T23:00:00Z")
        try put(object("7%2E4", "15", 2), in: bucket, at: "2026-09-15T11:59:59Z")
        try put(object("7%2E4", "15", 3), in: bucket, at: "2026-09-15T12:00:00Z", offset: 30)
        try put(object("8%2E0", "16", 4), in: bucket, at: "2026-09-16T11:59:59Z", offset: 40)
        try put(object("8%2E0", "16", 5), in: bucket, at: "2026-09-16T12:00:00Z")
        // Without Kafka's time an object is the night's where its row is.
        try put(object("8%2E0", "16", 6), in: bucket)
        try put(object("8%2E0", "16", 7), in: bucket)
        try put("8%2E0/kafkaPublishTimestamp=2026-09-16/README", in: bucket)
        let rows = [3, 6].map { CloudRows.Row(id: $0, object: "") }
        let found = try CloudObjects(names: names, client: client).read(of: rows, in: window, topics: ["stream"])
        #expect(found.ids == [3, 4, 6])
        #expect(
            found.places == [
                3: CloudPlace(topic: "stream", partition: 0, offset: 30),
                4: CloudPlace(topic: "stream", partition: 0, offset: 40),
            ])
    }

    @Test("objects that are called by object and topic are looked up in each of the night's topics") func names() throws
    {
        let names = try names(.ztf)
        let bucket = names.archiveBucket
        try put("ZTF1.1.a_1.avro", in: bucket, at: "2026-09-15T05:00:00Z", offset: 1)
        try put("ZTF1.2.b%2E2.avro", in: bucket, at: "2026-09-15T05:00:00Z", offset: 2)
        // Another night's.
        try put("ZTF1.3.c.avro", in: bucket, at: "2026-09-15T05:00:00Z", offset: 3)
        let rows = [1, 2, 3].map { CloudRows.Row(id: $0, object: "ZTF1") }
        let found = try CloudObjects(names: names, client: client)
            .read(of: rows, in: try window(.ztf), topics: ["a_1", "b.2"])
        #expect(found.ids == [1, 2])
        #expect(found.places[2]?.offset == 2)
    }

    @Test("what cannot be read says what to do") func refused() throws {
        let names = try CloudNames(project: "elsewhere", survey: .lsst)
        let error = try #require(throws: ControlError.self) {
            _ = try CloudObjects(names: names, client: client).read(of: [], in: try window(.lsst), topics: [])
        }
        #expect(error.description.contains("elsewhere_lsst_alert_avro_bucket"), "\(error)")
        #expect(error.nextStep.contains("make it"), "\(error)")
    }
}
