import CloudControl
import Foundation
import GoogleAuth
import HTTP
import LoopbackServer
import Testing

/// The calls of the clients, each held to Google's description of it. Nothing here has run on Google Cloud.
@Suite(.enabled(if: ControlFixture.isThere, "\(ControlFixture.skipped)")) struct ControlClientTests {
    private let google: ControlFixture

    init() throws { google = try ControlFixture() }

    private func failure<Result>(_ body: () throws(GoogleCloudError) -> Result) -> GoogleCloudError? {
        do throws(GoogleCloudError) {
            _ = try body()
            return nil
        } catch { return error }
    }

    // MARK: - Machines

    @Test("a machine is started, stopped and reset, waiting for each operation") func machines() throws {
        try google.server.set([
            "machines": ["consumer-1": ["status": "TERMINATED", "lastStop": 1_726_400_000]], "slow": 3,
        ])
        var machine = try google.compute.machine(google.machine)
        #expect(machine.isStopped && machine.lastStop == Date(timeIntervalSince1970: 1_726_400_000))
        try google.compute.start(google.machine)
        machine = try google.compute.machine(google.machine)
        #expect(machine.status == "RUNNING" && !machine.isStopped && !machine.isStopping)
        try google.compute.start(google.machine)
        try google.compute.reset(google.machine)
        try google.compute.stop(google.machine)
        #expect(try google.compute.machine(google.machine).isStopped)
        #expect(
            try google.server.told == [
                "compute.instances.start consumer-1", "compute.instances.start consumer-1",
                "compute.instances.reset consumer-1", "compute.instances.stop consumer-1",
            ])
    }

    @Test("metadata are changed beside what others change") func metadata() throws {
        try google.server.set([
            "machines": ["consumer-1": ["status": "TERMINATED", "metadata": ["startup-script": "#!", "OLD": "1"]]],
            "race": 2,
        ])
        #expect(try google.compute.setMetadata(["KAFKA_TOPIC": "t", "OLD": nil], of: google.machine))
        let wanted = ["startup-script": "#!", "KAFKA_TOPIC": "t", "race-0": "theirs", "race-1": "theirs"]
        #expect(try google.compute.machine(google.machine).metadata == wanted)
        #expect(try !google.compute.setMetadata(["KAFKA_TOPIC": "t", "OLD": nil], of: google.machine))
    }

    @Test("what passes is tried again; what does not says why") func faults() throws {
        try google.server.set([
            "machines": ["consumer-1": ["status": "TERMINATED"]],
            "fail": [
                ["status": 503, "code": "UNAVAILABLE"], ["status": 429, "code": "RESOURCE_EXHAUSTED"],
                ["status": 500, "code": "INTERNAL"],
            ],
        ])
        try google.compute.start(google.machine)
        #expect(try google.server.told.count == 4)
        let fault: [String: Any] = ["status": 403, "code": "PERMISSION_DENIED", "message": "compute.instances.stop"]
        try google.server.set(["fail": [fault]])
        let refused = failure { () throws(GoogleCloudError) in try google.compute.stop(google.machine) }
        #expect(refused?.code == .permissionDenied && refused?.detail.contains("compute.instances.stop") == true)
        let other = MachineIdentity(project: "night", zone: "us-central1-b", name: "none")
        #expect(failure { () throws(GoogleCloudError) in try google.compute.machine(other) }?.code == .notFound)
        try google.server.set([
            "machines": [
                "consumer-1": [
                    "status": "TERMINATED",
                    "error": ["code": "ZONE_RESOURCE_POOL_EXHAUSTED", "message": "no machine of that type is free"],
                ]
            ]
        ])
        let full = failure { () throws(GoogleCloudError) in try google.compute.start(google.machine) }
        #expect(full?.code == .resourceExhausted && full?.detail.contains("no machine of that type is free") == true)
    }

    @Test("an operation that does not end is given up") func overdue() throws {
        let google = try ControlFixture(limit: .milliseconds(50))
        try google.server.set(["machines": ["consumer-1": ["status": "TERMINATED"]], "slow": 1_000_000])
        let error = failure { () throws(GoogleCloudError) in try google.compute.start(google.machine) }
        #expect(error?.code == .deadlineExceeded && error?.detail.contains("operation-1") == true)
    }

    @Test("names that would lead elsewhere are escaped or refused") func names() throws {
        for name in ["", ".", ".."] {
            let machine = MachineIdentity(project: "night", zone: "us-central1-a", name: name)
            let error = failure { () throws(GoogleCloudError) in try google.compute.start(machine) }
            #expect(error?.code == .invalidArgument, "\(name)")
        }
        let machine = MachineIdentity(project: "night", zone: "us-central1-a", name: "a/../../stop?x=1")
        #expect(failure { () throws(GoogleCloudError) in try google.compute.start(machine) }?.code == .notFound)
    }

    // MARK: - Services

    @Test("a service keeps instances, and its other settings stay") func services() throws {
        try google.server.set([
            "services": ["ztf-archive": ["scaling": ["maxInstanceCount": 20, "scalingMode": "MANUAL"]]], "slow": 2,
            "race": 1,
        ])
        #expect(try google.run.keep(2, of: google.service))
        var service = try google.run.service(google.service)
        #expect(service.minimum == 2 && !service.isManual && service.isReady == true && !service.isReconciling)
        #expect(try !google.run.keep(2, of: google.service))
        try google.run.renew(google.service)
        let found = try (google.server.state["services"] as? [String: [String: Any]])?["ztf-archive"]
        #expect(found?["revision"] as? Int == 1)
        // What another changed in between stays.
        let scaling = found?["scaling"] as? [String: Any]
        #expect(scaling?["maxInstanceCount"] as? Int == 90 && scaling?["minInstanceCount"] as? Int == 2)
        #expect(try google.run.keep(0, of: google.service))
        service = try google.run.service(google.service)
        #expect(service.minimum == 0)
        try google.server.set(["refuse": "Quota exceeded for total allowable instances"])
        let error = failure { () throws(GoogleCloudError) in try google.run.keep(9, of: google.service) }
        #expect(error?.detail == "Quota exceeded for total allowable instances")
    }

    // MARK: - Backlog

    @Test("samples of several subscriptions, over all pages, newest first") func backlog() throws {
        let start = Date(timeIntervalSince1970: 1_726_400_000)
        let time = 1_726_400_000
        let samples = Dictionary(
            uniqueKeysWithValues: (1...5).map { ("sub-\($0)", [[time + 60, $0], [time + 120, 0]]) })
        try google.server.set(["samples": samples])
        let names = samples.keys.sorted() + ["unknown"]
        let found = try google.monitoring.undelivered(of: names, in: "night", from: start, to: start + 600)
        #expect(found.count == 5 && found["unknown"] == nil)
        #expect(found["sub-3"]?.map(\.value) == [0, 3])
        #expect(found["sub-3"]?.first?.date == start + 120)
        // Part of an answer is none.
        try google.server.set(["partly": "a backend did not answer"])
        let error = failure { () throws(GoogleCloudError) in
            try google.monitoring.undelivered(of: names, in: "night", from: start, to: start + 600)
        }
        #expect(error?.code == .unavailable && error?.detail == "a backend did not answer")
        for id in ["", "a\") OR true", "ab"] {
            let error = failure { () throws(GoogleCloudError) in
                try google.monitoring.undelivered(of: [id], in: "night", from: start, to: start + 600)
            }
            #expect(error?.code == .invalidArgument, "\(id)")
        }
    }

    // MARK: - Permissions

    @Test("a role is given and taken, and all other bindings stay, with their conditions") func policies() throws {
        let role = "roles/pubsub.subscriber"
        let condition = [
            "title": "until 2030", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')",
        ]
        let conditional: [String: Any] = ["role": role, "members": ["allUsers"], "condition": condition]
        try google.server.set(["topics": ["t": ["bindings": [conditional]]], "race": 1])
        #expect(try !google.policies.has(role, "allUsers", on: "t", in: "night"))
        #expect(try google.policies.grant(role, to: "allUsers", on: "t", in: "night"))
        #expect(try !google.policies.grant(role, to: "allUsers", on: "t", in: "night"))
        #expect(try google.policies.grant(role, to: "user:a@example.org", on: "t", in: "night"))
        #expect(try google.policies.has(role, "allUsers", on: "t", in: "night"))
        func bindings() throws -> [[String: Any]] {
            let topics = try google.server.state["topics"] as? [String: [String: Any]]
            return topics?["t"]?["bindings"] as? [[String: Any]] ?? []
        }
        #expect(try bindings().count == 3 && bindings()[0]["condition"] != nil)
        #expect(try google.policies.revoke(role, from: "allUsers", on: "t", in: "night"))
        #expect(try !google.policies.revoke(role, from: "allUsers", on: "t", in: "night"))
        #expect(
            try bindings().map { $0["members"] as? [String] } == [
                ["allUsers"], ["user:race-0@example.org"], ["user:a@example.org"],
            ])
        try google.server.set(["sharing": "restricted"])
        let error = failure { () throws(GoogleCloudError) in
            try google.policies.grant(role, to: "allUsers", on: "t", in: "night")
        }
        #expect(error?.code == .failedPrecondition && error?.detail.contains("permitted customer") == true)
    }

    // MARK: - The server itself

    @Test(
        "the stand-in refuses what Google's descriptions do not have",
        arguments: [
            (HTTPMethod.get, "compute/v1/projects/p/zones/z/instances/i/start", nil, 404),
            (.post, "compute/v1/projects/p/zones/z/instances/i/start", "{}", 400),
            (.post, "compute/v1/projects/p/zones/z/instances/i/start?force=true", nil, 400),
            (.post, "compute/v1/projects/p/zones/z/instances/i/setMetadata", nil, 400),
            (.post, "compute/v1/projects/p/zones/z/instances/i/setMetadata", #"{"items": [{"key": 3}]}"#, 400),
            (.post, "compute/v1/projects/p/zones/z/instances/i/setMetadata", #"{"pairs": []}"#, 400),
            (.patch, "v2/projects/p/locations/r/services/s?updateMask=scaling", #"{"scaling": {"min": 1}}"#, 400),
            (.patch, "v2/projects/p/locations/r/services/s", #"{"scaling": {"scalingMode": "FULL"}}"#, 400),
            (.get, "v3/projects/p/timeSeries?filter=x&view=SOME", nil, 400),
            (.post, "v1/projects/p/topics/t:setIamPolicy", #"{"policy": {"bindings": {}}}"#, 400),
            (.get, "v1/projects/p/topics/t:getIamPolicy?version=3", nil, 400),
        ] as [(HTTPMethod, String, String?, Int)])
    func strict(method: HTTPMethod, path: String, body: String?, status: Int) throws {
        let answer = try google.server.raw(method, path, body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(status != 400 || answer.text.contains("INVALID_ARGUMENT"))
    }
}
