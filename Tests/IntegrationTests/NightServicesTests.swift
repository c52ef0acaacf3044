import Alerts
import CloudBroker
import Foundation
import GoogleAuth
import HTTP
import Kafka
import LoopbackServer
import PubSub
import TestServers
import TestSupport
import Testing

/// A conductor whose workers are units of systemd, whom it tells of a night, and what Prometheus reads of it. systemctl is a
/// stand-in: it is not systemd, and starts no process.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)")) struct NightServicesTests {
    private static let topic = "ztf_20240915_programid1"
    /// Units are files; `calls` has what was asked.
    private static let systemctl = #"""
        #!/usr/bin/env bash
        state=$(dirname "$0")
        echo "$*" >>"$state/calls"
        verb=$2; shift 2
        for unit in "$@"; do
            case $unit in --*) continue ;; esac
            case $verb in
                show)
                    active=inactive; [ -e "$state/$unit" ] && active=active
                    printf 'Id=%s\nLoadState=loaded\nActiveState=%s\nSubState=s\nMainPID=0\n\n' "$unit" "$active" ;;
                start) touch "$state/$unit" ;;
                stop) rm -f "$state/$unit" ;;
            esac
        done
        """#

    private let server: KafkaServer
    private let folder: TemporaryFolder

    init() throws {
        server = try KafkaServer()
        folder = try TemporaryFolder()
        try KafkaAdmin(server.configuration).create(topic: Self.topic, partitions: 1)
        let producer = try KafkaProducer(server.configuration)
        try producer.send(topic: Self.topic, payload: SmallPacket(candid: 1).container()[...])
        try producer.flush()
        try executable(Self.systemctl, "systemctl")
        // Before dawn at Palomar.
        try folder.write("2024-09-15T06:00:00Z 1000".utf8, to: "clock")
    }

    @discardableResult
    private func executable(_ text: String, _ name: String) throws -> String {
        let path = try folder.write(text.utf8, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    private func conduct(_ words: [String], environment: [String: String] = [:]) throws -> NightjarProcess {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return try NightjarProcess(
            [
                "night", "conduct", "kafka://\(server.address)/ztf_{yyyyMMdd}_programid1", "--data",
                folder.file("data"), "--group", "workers", "--clock", folder.file("clock"), "--interval", "100",
            ] + words, environment: ["PATH": folder.file("") + ":" + path].merging(environment) { $1 })
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: folder.file(name), encoding: .utf8)) ?? ""
    }

    @Test("units are started with the night's topic, people are told once, and Prometheus sees the night")
    func night() throws {
        let tell = try executable(
            #"""
            #!/bin/sh
            echo "$NIGHTJAR_SURVEY $NIGHTJAR_NIGHT $NIGHTJAR_STATE $1 ${NOTIFY_SOCKET-no socket}" >>"$(dirname "$0")/told"
            """#, "tell")
        let port = try Ports.free()
        let words = [
            "--control", "systemd", "--workers", "2", "--topic-file", folder.file("run/topic"), "--notify-command",
            tell, "--notify-command", "a word", "--metrics", ":\(port)",
        ]
        func metrics() -> Set<Substring> {
            let page = try? HTTPClient().send(
                HTTPRequest(.get, "http://127.0.0.1:\(port)/metrics"), limit: 1 << 20, deadline: .seconds(60))
            return Set(String(decoding: page?.body ?? [], as: UTF8.self).split(separator: "\n"))
        }
        let socket = try NotifySocket(folder.file("notify"))
        let conductor = try conduct(
            words, environment: ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "60000000"])
        #expect(
            conductor.waits { metrics().contains(#"nightjar_night_workers{survey="ztf",state="running"} 2"#) },
            "\(conductor.errors)")
        #expect(text("run/topic") == "NIGHTJAR_TOPIC=\(Self.topic)\n")
        #expect(conductor.waits { metrics().contains(#"nightjar_night_state{survey="ztf",state="running"} 1"#) })
        let page = metrics()
        #expect(page.contains(#"nightjar_night_state{survey="ztf",state="complete"} 0"#))
        #expect(page.contains(#"nightjar_night_receipts_total{survey="ztf"} 0"#))
        #expect(page.contains { $0.hasPrefix(#"nightjar_night_clause{survey="ztf",clause="sunUp"} 0"#) })
        #expect(page.contains { $0.hasPrefix("nightjar_build_info") })
        #expect(conductor.waits { text("told").contains("ztf 20240915 running a word no socket\n") }, "\(text("told"))")
        #expect(conductor.waits { socket.has("READY=1") && socket.has("WATCHDOG=1") }, "\(socket.messages)")
        #expect(conductor.waits { socket.messages.contains { $0.hasPrefix("STATUS=ztf 20240915 ") } || socket.has("") })
        conductor.send(SIGTERM)
        #expect(try conductor.outcome().status == 0)
        #expect(socket.has("STOPPING=1"), "\(socket.messages)")
        let told = text("told").split(separator: "\n")
        #expect(Set(told).count == told.count, "\(told)")
        // Units are no children: they go on, and the next conductor finds them.
        let starts = text("calls").split(separator: "\n").filter { $0.contains(" start ") }
        #expect(starts.count == 1 && !text("calls").contains(" stop "), "\(text("calls"))")
        let next = try conduct(words)
        #expect(next.waits { metrics().contains(#"nightjar_night_workers{survey="ztf",state="running"} 2"#) })
        next.send(SIGTERM)
        #expect(try next.outcome().status == 0)
        #expect(text("calls").split(separator: "\n").filter { $0.contains(" start ") }.count == 1)
    }

    @Test(
        "on Google Cloud the consumer is started and stopped, then the stages, and last the conductor's own machine",
        .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"),
        .enabled(if: PythonEnvironment.google.isThere, "google-api-python-client cannot be installed"))
    func google() throws {
        let google = try ControlServer(packages: try #require(PythonEnvironment.google.packages))
        let emulator = try PubSubEmulator.shared.get().address
        let names = try CloudNames(
            project: "night-\(UUID().uuidString.prefix(8).lowercased())", survey: .ztf)
        let client = try PubSubClient(credentials: .none, emulator: emulator)
        for stream in CloudNames.Stream.allCases {
            let topic = TopicName(project: names.project, id: names.topic(stream))
            try client.create(PubSub.Topic(topic))
            let counter = SubscriptionName(project: names.project, id: names.counter(stream))
            try client.create(PubSub.Subscription(counter, topic: topic))
        }
        // The consumer stops ten minutes before the samples end.
        let now = Int(Date().timeIntervalSince1970)
        let samples = CloudNames.StageName.allCases.map { stage in
            (names.subscription(stage), [[now - 120, 0], [now - 60, 0]])
        }
        let services = CloudNames.StageName.allCases.map { (names.service($0), [:] as [String: Int]) }
        try google.set([
            "machines": ["consumer": ["status": "TERMINATED"], "conductor": ["status": "RUNNING"]], "now": now - 600,
            "services": Dictionary(uniqueKeysWithValues: services),
            "samples": Dictionary(uniqueKeysWithValues: samples),
        ])
        let conductor = try conduct(
            [
                "--control", "google", "--project", names.project, "--region", "us-central1", "--zone",
                "us-central1-a", "--consumer", "consumer", "--stop-machine", "--stop-at", "16:05",
            ], environment: google.environment.merging(["PUBSUB_EMULATOR_HOST": emulator]) { $1 })
        #expect(
            conductor.waits { (try? google.told.contains("compute.instances.start consumer")) == true },
            "\(conductor.errors)")
        #expect(conductor.waits { conductor.errors.contains("20240915: running") }, "\(conductor.errors)")
        let metadata = try (google.state["machines"] as? [String: [String: Any]])?["consumer"]?["metadata"]
        #expect((metadata as? [String: String])?["KAFKA_TOPIC"] == Self.topic)
        // The clock's rule stops them: without a data folder nothing is proven.
        try folder.write("2024-09-15T16:10:00Z 37600".utf8, to: "clock")
        #expect(
            conductor.waits { (try? google.told.last == "compute.instances.stop conductor") == true },
            "\(conductor.errors) \((try? google.told) ?? [])")
        let told = try google.told
        let stop = try #require(told.firstIndex(of: "compute.instances.stop consumer"))
        let stages = told.indices.filter { told[$0].hasPrefix("run.projects.locations.services.patch") }
        #expect(stages.count == 8 && stages.filter { $0 > stop }.count == 4, "\(told)")
        conductor.send(SIGTERM)
        #expect(try conductor.outcome().status == 0)
    }

    @Test(
        "what is missing is said at the start, and no secret is shown",
        arguments: [
            (["--control", "google"], "--control google needs --project", Int32(2)),
            (["--control", "google", "--project", "p", "--zone", "z", "--region", "r"], "needs --consumer", 2),
            (["--control", "systemd", "--systemd-unit", "--now"], "a unit's name", 2),
            (["--notify-command", "/no/such/program"], "there is no program '/no/such/program'", 1),
            (["--notify-webhook", "http://example.org/T0/B0/hidden"], "no https address", 1),
            (["--notify-webhook", "hidden"], "say https://HOST/PATH", 2),
        ])
    func refusals(words: [String], reason: String, status: Int32) throws {
        let outcome = try conduct(words).outcome()
        #expect(outcome.status == status && outcome.errors.contains(reason), "\(outcome)")
        #expect(!outcome.errors.contains("hidden") || reason.hasPrefix("say"), "\(outcome)")
    }
}
