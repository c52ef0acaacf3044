import Alerts
import CloudBroker
import CloudControl
@testable import Conductor
import Foundation
import GoogleAuth
import LoopbackServer
import PubSub
import TestServers
import Testing

/// An evening and a morning on Google Cloud, whose interfaces `control.py` plays by Google's descriptions; Pub/Sub is Google's
/// emulator. Nothing here has run on Google Cloud.
@Suite(
    .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"),
    .enabled(if: PythonEnvironment.google.isThere, "google-api-python-client cannot be installed"))
struct GoogleWorkersTests {
    private static let evening = Date(timeIntervalSince1970: 1_726_362_000)

    private let server: ControlServer
    private let names: CloudNames
    private let pubSub: PubSubClient
    private let clients: GoogleWorkers.Clients

    init() throws {
        guard let packages = PythonEnvironment.google.packages else { throw PythonEnvironment.Missing() }
        server = try ControlServer(packages: packages)
        let project = "night-\(UUID().uuidString.prefix(8).lowercased())"
        names = try CloudNames(project: project, survey: .ztf)
        pubSub = try PubSubClient(credentials: .none, emulator: PubSubEmulator.shared.get().address)
        var patience = OperationPatience()
        patience.firstPause = .milliseconds(1)
        patience.mostPause = .milliseconds(20)
        let retries = RetryPolicy(codes: [.unavailable], firstWait: .milliseconds(1), mostTime: .seconds(60))
        let address = server.address
        clients = GoogleWorkers.Clients(
            compute: ComputeClient(credentials: .none, endpoint: address, retries: retries, patience: patience),
            run: CloudRunClient(credentials: .none, endpoint: address, retries: retries, patience: patience),
            monitoring: MonitoringClient(credentials: .none, endpoint: address, retries: retries), pubSub: pubSub)
        for stream in CloudNames.Stream.allCases {
            let topic = TopicName(project: project, id: names.topic(stream))
            try pubSub.create(PubSub.Topic(topic))
            try pubSub.create(
                PubSub.Subscription(SubscriptionName(project: project, id: names.counter(stream)), topic: topic))
        }
        let stopped: [String: Any] = ["status": "TERMINATED", "metadata": ["startup-script": "#!"]]
        try server.set([
            "machines": ["consumer-1": stopped, "consumer-2": stopped], "slow": 1,
            "services": Dictionary(
                uniqueKeysWithValues: CloudNames.StageName.allCases.map { (names.service($0), [:] as [String: Int]) }),
        ])
    }

    private func workers(at time: Date = evening) -> GoogleWorkers {
        var place = GoogleWorkers.Place(
            names: names, region: "us-central1", zone: "us-central1-a", consumers: ["consumer-1", "consumer-2"])
        place.instances = 2
        return GoogleWorkers(place, clients) { time }
    }

    private func machine(_ name: String) throws -> [String: Any] {
        try (server.state["machines"] as? [String: [String: Any]])?[name] ?? [:]
    }

    private func change(_ name: String, _ fields: [String: Any]) throws {
        var machines = try server.state["machines"] as? [String: [String: Any]] ?? [:]
        machines[name, default: [:]].merge(fields) { $1 }
        try server.set(["machines": machines])
    }

    /// Samples that end at a time, a minute apart, oldest first.
    private func sample(_ values: [Int], of stage: CloudNames.StageName? = nil, until end: Date) throws {
        var samples = try server.state["samples"] as? [String: Any] ?? [:]
        for one in stage.map({ [$0] }) ?? CloudNames.StageName.allCases {
            samples[names.subscription(one)] = values.enumerated().map { index, value in
                [Int(end.timeIntervalSince1970) - 60 * (values.count - 1 - index), value]
            }
        }
        try server.set(["samples": samples])
    }

    private var counted: Int { get throws { try held(by: names.counter(.alertData)) } }

    private func held(by subscription: String) throws -> Int {
        let subscriber = Subscriber(pubSub, to: SubscriptionName(project: names.project, id: subscription))
        defer { subscriber.close(timeout: .seconds(5)) }
        return try subscriber.next(timeout: .seconds(2)).count
    }

    private func publish() throws {
        let publisher = Publisher(pubSub, to: TopicName(project: names.project, id: names.topic(.alertData)))
        _ = try publisher.publish([1])
        try publisher.flush()
    }

    private func states(_ workers: GoogleWorkers) throws -> [WorkerStatus.State] { try workers.workers().map(\.state) }

    @Test("an evening: counters cleared, stages ready, consumers told the topic and started; twice changes nothing")
    func evening() throws {
        try publish()
        // The emulator's messages have its own time.
        let workers = workers(at: Date())
        #expect(try states(workers) == Array(repeating: .stopped, count: 6))
        try workers.start(topic: "ztf_20240915_programid1")
        #expect(try states(workers) == Array(repeating: .running, count: 6))
        let metadata = ["startup-script": "#!", "KAFKA_TOPIC": "ztf_20240915_programid1", "PS_TOPIC": "ztf_alert_data"]
        #expect(try machine("consumer-2")["metadata"] as? [String: String] == metadata)
        let told = try server.told
        #expect(told.first == "run.projects.locations.services.patch ztf-archive")
        #expect(told.last == "compute.instances.start consumer-2")
        #expect(try counted == 0)
        try publish()
        try workers.start(topic: "ztf_20240915_programid1")
        #expect(try server.told == told)
        // The counters are not cleared again.
        #expect(try counted == 1)
    }

    @Test("the counters of users' filters are cleared too, and no other's") func filterCounters() throws {
        let project = names.project
        let topic = TopicName(project: project, id: "ztf_young")
        try pubSub.create(PubSub.Topic(topic))
        let ids = ["ztf_young-counter", "ztf_young-mine"]
        for id in ids {
            try pubSub.create(PubSub.Subscription(SubscriptionName(project: project, id: id), topic: topic))
        }
        let publisher = Publisher(pubSub, to: topic)
        _ = try publisher.publish([1])
        try publisher.flush()
        try workers(at: Date()).start(topic: nil)
        #expect(try ids.map { try held(by: $0) } == [0, 1])
    }

    @Test("a morning: consumers first, stages once two samples in a row have nothing left") func morning() throws {
        try workers().start(topic: "ztf_20240915_programid1")
        let stop = Self.evening + 36_000
        try server.set(["now": Int(stop.timeIntervalSince1970)])
        // Empty before the consumers have stopped proves nothing.
        try sample([0, 0, 0], until: stop + 30)
        var error = #expect(throws: ControlError.self) { try workers(at: stop + 40).stop() }
        #expect(error?.detail.hasPrefix("they wait for the count of ztf_alert_data-archive") == true)
        #expect(try machine("consumer-1")["metadata"] as? [String: String] == ["startup-script": "#!"])
        var now = workers(at: stop + 45)
        #expect(try states(now) == [.stopped, .stopped, .stopping, .stopping, .stopping, .stopping])

        try sample([5, 0, 0], until: stop + 240)
        try sample([9, 7], of: .filter, until: stop + 240)
        error = #expect(throws: ControlError.self) { try workers(at: stop + 250).stop() }
        #expect(error?.detail == "they wait for 7 messages of ztf_alert_data-filter")
        now = workers(at: stop + 250)
        #expect(try now.workers()[2].detail == "waits for 7 messages of ztf_alert_data-filter")
        // What the filter published last is with the next stage.
        try sample([0], of: .filter, until: stop + 300)
        try sample([0, 3], of: .salt2, until: stop + 300)
        #expect(throws: ControlError.self) { try workers(at: stop + 310).stop() }
        #expect(try states(workers(at: stop + 310)).suffix(4) == Array(repeating: .stopping, count: 4)[...])
        try sample([0, 0], until: stop + 420)
        try workers(at: stop + 430).stop()
        #expect(try states(workers(at: stop + 430)) == Array(repeating: .stopped, count: 6))
        let told = try server.told
        try workers(at: stop + 440).stop()
        #expect(try server.told == told)
        let services = try server.state["services"] as? [String: [String: Any]]
        let scaling = services?["ztf-salt2"]?["scaling"] as? [String: Any]
        #expect(scaling?["minInstanceCount"] as? Int == 0)
    }

    @Test("a consumer that ended by itself goes on without clearing the counters") func interrupted() throws {
        let now = Date()
        let workers = workers(at: now + 3_600)
        try workers.start(topic: "t1")
        try publish()
        let ended = Int(now.timeIntervalSince1970) + 3_000
        for name in ["consumer-1", "consumer-2"] { try change(name, ["status": "TERMINATED", "lastStop": ended]) }
        try workers.start(topic: "t1")
        #expect(try states(workers).prefix(2) == [.running, .running])
        #expect(try counted == 1)
        // One that reads another night's topic boots anew.
        try workers.start(topic: "t2")
        #expect(try (machine("consumer-1")["metadata"] as? [String: String])?["KAFKA_TOPIC"] == "t2")
        #expect(
            try server.told.suffix(3) == [
                "compute.instances.stop consumer-2", "compute.instances.setMetadata consumer-2",
                "compute.instances.start consumer-2",
            ])
    }

    @Test("one that hangs is replaced: a machine by a reset, a service by a new revision") func replaced() throws {
        let workers = workers()
        try workers.start(topic: nil)
        #expect(try (machine("consumer-1")["metadata"] as? [String: String])?["KAFKA_TOPIC"] == nil)
        try workers.replace("consumer-1")
        #expect(try server.told.last == "compute.instances.reset consumer-1")
        try workers.replace("ztf-salt2")
        let services = try server.state["services"] as? [String: [String: Any]]
        #expect(services?["ztf-salt2"]?["revision"] as? Int == 1)
        #expect(throws: ControlError.self) { try workers.replace("other") }
    }

    @Test("states of machines and services") func statuses() throws {
        try change("consumer-1", ["status": "STAGING"])
        try change("consumer-2", ["status": "REPAIRING"])
        try server.set([
            "services": Dictionary(
                uniqueKeysWithValues: CloudNames.StageName.allCases.map { stage -> (String, [String: Any]) in
                    var fields: [String: Any] = ["scaling": ["minInstanceCount": 1]]
                    if stage == .archive { fields["reconciling"] = true }
                    if stage == .table {
                        fields["state"] = "CONDITION_FAILED"
                        fields["message"] = "the image is not there"
                    }
                    return (names.service(stage), fields)
                })
        ])
        let found = try workers().workers()
        #expect(found.map(\.state) == [.starting, .failed, .starting, .failed, .running, .running])
        #expect(found[3].detail == "the image is not there" && found.allSatisfy { $0.heartbeat == nil })
    }

    @Test("each failure says what to do, and the same call goes on") func failures() throws {
        let workers = workers()
        try server.set(["fail": [["status": 403, "code": "PERMISSION_DENIED", "message": "run.services.update"]]])
        var error = #expect(throws: ControlError.self) { try workers.start(topic: "t") }
        #expect(error?.nextStep.contains("compute.instanceAdmin") == true, "\(String(describing: error))")
        try server.set(["fail": [NSNull(), NSNull(), NSNull(), ["status": 403, "code": "PERMISSION_DENIED"]]])
        error = #expect(throws: ControlError.self) { try workers.start(topic: "t") }
        #expect(error?.action == "keep 2 instances of ztf-archive")
        #expect(error?.nextStep.contains("roles/run.developer") == true)
        try workers.start(topic: "t")
        #expect(try states(workers) == Array(repeating: .running, count: 6))
        try change("consumer-1", ["status": "STOPPING"])
        error = #expect(throws: ControlError.self) { try workers.start(topic: "t") }
        #expect(error?.nextStep == "start again in a minute")
        try server.set(["machines": [:] as [String: String]])
        error = #expect(throws: ControlError.self) { try workers.workers() }
        #expect(error?.nextStep.contains("zone or region") == true)
        for topic in ["a b", "a\"b", ""] {
            #expect(throws: ControlError.self, "\(topic)") { try workers.start(topic: topic) }
        }
    }

    @Test("the conductor's own machine stops itself, as the metadata server names it") func own() throws {
        try change("conductor", ["status": "RUNNING"])
        try GoogleWorkers.stopOwnMachine(environment: server.environment)
        #expect(try server.told == ["compute.instances.stop conductor"])
        try server.set(["identity": ["instance/zone": "nowhere"]])
        #expect(throws: ControlError.self) { try GoogleWorkers.stopOwnMachine(environment: server.environment) }
        #expect(throws: ControlError.self) {
            try GoogleWorkers.stopOwnMachine(environment: ["GCE_METADATA_HOST": "127.0.0.1:9"])
        }
    }
}
