import Foundation
import GoogleAuth
import HTTP
import Kafka
import Metrics
import PubSub
import TestServers
import TestSupport
import Testing

/// What a run tells Prometheus while it works, and what Prometheus makes of it.
@Suite(.serialized) struct MetricsTests {
    private static let prometheus = "deploy/prometheus"
    private let work: TemporaryFolder
    private var data: String { work.file("data") }

    init() throws { work = try TemporaryFolder() }

    private static func root(_ path: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: path).path
    }

    private func get(_ path: String, _ port: UInt16, method: HTTPMethod = .get) -> HTTPResponse? {
        try? HTTPClient().send(
            HTTPRequest(method, "http://127.0.0.1:\(port)\(path)"), limit: 1 << 20, deadline: .seconds(60))
    }

    private func metrics(_ port: UInt16) -> [String: Double] {
        let text = String(decoding: get("/metrics", port)?.body ?? [], as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            lines.compactMap { line in
                guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                    return nil
                }
                return (String(line[..<space]), value)
            }, uniquingKeysWith: { $1 })
    }

    /// A run whose input stalls once it has sent some of a night.
    private func stalled(port: UInt16) throws -> (run: NightjarProcess, input: Pipe) {
        let night = try SmallNight(alerts: 400)
        let input = Pipe()
        let run = try NightjarProcess(
            ["run", "-", "--data", data, "--no-fits", "--json", "--metrics", ":\(port)"], input: input)
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(1_000_000))
        return (run, input)
    }

    @Test(
        "Prometheus scrapes a run, and promtool accepts what it reads",
        .enabled(if: PrometheusServer.isThere, "\(PrometheusServer.skipped)"))
    func scraped() throws {
        let port = try Ports.free()
        let (run, input) = try stalled(port: port)
        defer { try? input.fileHandleForWriting.close() }
        #expect(run.waits { (metrics(port)["nightjar_alerts_received_total"] ?? 0) > 0 }, "\(run.errors)")
        let prometheus = try PrometheusServer(
            scraping: port, rules: Self.root("\(Self.prometheus)/alerts.yml"))
        #expect(run.waits { (prometheus.value("nightjar_alerts_received_total") ?? 0) > 0 })
        #expect(prometheus.value("up") == 1)
        let sum =
            "sum(nightjar_alerts_total{outcome=~\"stored|duplicates|deadLettered\"}) - nightjar_alerts_received_total"
        #expect(prometheus.value("sum(\(sum.replacing(" - nightjar", with: ") - sum(nightjar")))") == 0)
        // The thread that writes shows that it is alive while nothing comes.
        let beats = try #require(prometheus.value("nightjar_heartbeat_total{thread=\"write\"}"))
        #expect(run.waits { (prometheus.value("nightjar_heartbeat_total{thread=\"write\"}") ?? 0) > beats })
        #expect(run.waits { prometheus.value("count(ALERTS{alertname!~\"NightjarHangs|NightjarDiskFull\"})") == nil })

        let page = get("/metrics", port)
        #expect(page?.header("content-type") == MetricsPage.contentType)
        try work.write(page?.body ?? [], to: "page")
        let check = try Self.shell("promtool check metrics < \(work.file("page"))")
        #expect(check.status == 0, "\(check.text)")
        run.send(SIGTERM)
        #expect(try run.outcome().status == 0)
    }

    @Test("/metrics alone is served, by GET, and the health of the run") func paths() throws {
        let port = try Ports.free()
        let (run, input) = try stalled(port: port)
        defer { try? input.fileHandleForWriting.close() }
        #expect(run.waits { get("/metrics", port)?.status == 200 }, "\(run.errors)")
        #expect(get("/metrics?x=1", port)?.status == 200 && get("/", port)?.status == 404)
        #expect(get("/metrics", port, method: .post)?.status == 405)
        #expect(get("/readyz", port)?.status == 200 && get("/healthz", port)?.status == 200)
        // Each metric that a run has at any time is there, and those of a stream are not.
        let names = Set(metrics(port).keys.map { String($0.prefix { $0 != "{" }) })
        let nights: [Metric] = [.nightState, .nightClause, .nightWorkers, .nightObserved, .nightReceipts]
        let others =
            [
                .latency, .lag, .offset, .judged, .cutRejected, .fits, .unfitted, .messages, .published, .failing,
                .requests, .requestTime,
            ] + nights
        let always = Metric.all.filter { !others.contains($0) }.map(\.name)
        #expect(Set(always).subtracting(names) == [])
        let taken = try NightjarProcess.run(
            "run", "/dev/null", "--data", work.file("other"), "--metrics", ":\(port)")
        #expect(taken.status == 1 && taken.errors.contains("cannot listen at 127.0.0.1:\(port)"), "\(taken.errors)")
        let wrong = try NightjarProcess.run("run", "/dev/null", "--data", work.file("other"), "--metrics", "here")
        #expect(wrong.status == 2, "\(wrong.errors)")
        run.send(SIGTERM)
        #expect(try run.outcome().status == 0)
    }

    @Test("the lag and the latencies of a stream", .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
    func stream() throws {
        let server = try KafkaServer()
        let producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
        for candid in 1...5 as ClosedRange<Int64> {
            try producer.send(topic: "t", payload: SmallPacket(candid: candid).container()[...])
        }
        try producer.flush()
        let port = try Ports.free()
        let run = try NightjarProcess([
            "run", "kafka://\(server.address)/t", "--data", data, "--no-fits", "--json", "--follow", "--metrics",
            ":\(port)",
        ])
        let offset = "nightjar_kafka_offset{topic=\"t\",partition=\"0\"}"
        let count = "nightjar_latency_seconds_count{topic=\"ztf_alert_data\"}"
        #expect(run.waits { metrics(port)[offset] == 5 && metrics(port)[count] == 5 }, "\(run.errors) \(metrics(port))")
        let now = metrics(port)
        #expect(now["nightjar_kafka_lag{topic=\"t\",partition=\"0\"}"] == 0)
        #expect(now["nightjar_latency_seconds_bucket{topic=\"ztf_alert_data\",le=\"+Inf\"}"] == 5)
        #expect(now["nightjar_last_batch_timestamp_seconds"] ?? 0 > 1.7e9)
        // Each thread goes round while nothing comes.
        for thread in ["read", "process", "write"] {
            let name = "nightjar_heartbeat_total{thread=\"\(thread)\"}"
            #expect(run.waits { metrics(port)[name] ?? 0 > now[name] ?? .infinity }, "\(thread)")
        }
        run.send(SIGTERM)
        #expect(try run.outcome().status == 0)
        // Each alert's own times are there too.
        let served = try Served([data])
        let alert = try #require(served.json("/api/v1/alerts/3")["provenance"] as? [String: Any])
        let times = try #require(alert["times"] as? [[String: Any]])
        #expect(times.compactMap { $0["stage"] as? String } == ["exposureEnd", "kafka", "received", "durable"])
        let moments = times.compactMap { $0["mjd_utc"] as? Double }
        #expect(moments.count == 4 && moments == moments.sorted())
        #expect(try served.stop() == 0)
    }

    @Test(
        "the alerting rules are sound, and each has a test",
        .enabled(if: PrometheusServer.isThere, "\(PrometheusServer.skipped)"))
    func rules() throws {
        let folder = Self.root(Self.prometheus)
        for command in ["check rules alerts.yml", "test rules alerts.test.yml"] {
            let outcome = try Self.shell("cd '\(folder)' && promtool \(command)")
            #expect(outcome.status == 0, "\(outcome.text)")
        }
        let rules = try String(contentsOfFile: "\(folder)/alerts.yml", encoding: .utf8)
        let tests = try String(contentsOfFile: "\(folder)/alerts.test.yml", encoding: .utf8)
        for match in rules.matches(of: /alert: (\w+)/) {
            #expect(
                tests.contains("alertname: \(match.1)}") && tests.contains("alertname=\"\(match.1)\""), "\(match.1)")
        }
        // The rules ask for metrics that there are.
        let names = Set(Metric.all.map(\.name))
        for match in rules.matches(of: /(nightjar_|process_)[a-z_]+/) {
            let name = String(match.0).replacing(/_bucket$/, with: "")
            #expect(names.contains(name), "\(name)")
        }
    }

    @Test(
        "the consumer and a stage show what they have done",
        .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"),
        .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
    func cloud() throws {
        let (kafka, pubSub) = (try KafkaServer(), try PubSubEmulator.shared.get())
        let project = "test-\(UUID().uuidString.prefix(8).lowercased())"
        let client = try PubSubClient(credentials: .none, emulator: pubSub.address)
        for name in ["alerts", "passed", "letters"] {
            try client.create(PubSub.Topic(TopicName(project: project, id: name)))
        }
        try client.create(
            PubSub.Subscription(
                SubscriptionName(project: project, id: "alerts"), topic: TopicName(project: project, id: "alerts")))
        let producer = try KafkaProducer(KafkaConfiguration(brokers: kafka.address))
        for candid in 1...5 as ClosedRange<Int64> {
            try producer.send(topic: "t", payload: SmallPacket(candid: candid).container()[...])
        }
        try producer.send(topic: "t", payload: Array("no alert".utf8)[...])
        try producer.flush()
        let environment = ["PUBSUB_EMULATOR_HOST": pubSub.address, "GCE_METADATA_HOST": "127.0.0.1:9"]
        let (first, second) = (try Ports.free(), try Ports.free())
        let sockets = try (0..<2).map { _ in try NotifySocket("@nightjar-test-\(UUID().uuidString)") }
        let consumer = try NightjarProcess(
            [
                "consume", "kafka://\(kafka.address)/t", "--to", "pubsub://\(project)/alerts", "--follow", "--metrics",
                ":\(first)",
            ], environment: environment.merging(["NOTIFY_SOCKET": sockets[0].address]) { $1 })
        #expect(consumer.waits { metrics(first)["nightjar_published_total"] == 6 }, "\(consumer.errors)")
        #expect(metrics(first)["nightjar_kafka_lag{topic=\"t\",partition=\"0\"}"] == 0)
        let stage = try NightjarProcess(
            [
                "stage", "filter", "--from", "pubsub://\(project)/alerts", "--to", "pubsub://\(project)/passed",
                "--dead-letters", "pubsub://\(project)/letters", "--metrics", ":\(second)",
            ], environment: environment.merging(["NOTIFY_SOCKET": sockets[1].address]) { $1 })
        #expect(stage.waits { metrics(second)["nightjar_messages_total"] == 6 }, "\(stage.errors)")
        let now = metrics(second)
        #expect(now["nightjar_alerts_received_total"] == 6, "\(now)")
        #expect(now["nightjar_alerts_total{outcome=\"deadLettered\"}"] == 1)
        #expect(now["nightjar_service_failing_seconds"] == 0)
        for (process, port, thread) in [(consumer, first, "read"), (stage, second, "pull")] {
            let name = "nightjar_heartbeat_total{thread=\"\(thread)\"}"
            let beats = metrics(port)[name] ?? .infinity
            #expect(process.waits { metrics(port)[name] ?? 0 > beats }, "\(thread)")
            process.send(SIGTERM)
            #expect(try process.outcome().status == 0)
        }
        // And what systemd hears of them.
        for socket in sockets {
            socket.receive()
            #expect(socket.messages.contains("READY=1") && socket.messages.last == "STOPPING=1", "\(socket.messages)")
        }
    }

    @Test("the documentation has every metric") func documentation() throws {
        let page = try String(contentsOfFile: Self.root("docs/operations.md"), encoding: .utf8)
        for metric in Metric.all { #expect(page.contains("`\(metric.name)"), "\(metric.name)") }
    }

    private static func shell(_ script: String) throws -> (status: Int32, text: String) {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", script + " 2>&1"]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        try output.fileHandleForReading.close()
        return (shell.terminationStatus, text)
    }
}
