import Foundation
import Kafka
import SQLite
import TestServers
import TestSupport
import Testing

@testable import Broker
@testable import nightjar

/// A disk that gets full: it is said early, and intake stops before a write fails.
@Suite(.serialized) struct DiskReserveTests {
    private let work: TemporaryFolder

    init() throws { work = try TemporaryFolder() }

    @Test(
        "sizes and shares",
        arguments: [
            ("20GB", DiskReserve.bytes(20_000_000_000)), ("1.5 MB", .bytes(1_500_000)), ("0", .bytes(0)),
            ("5%", .share(0.05)),
            ("12 kB", .bytes(12_000)), ("7", .bytes(7)),
        ])
    func sizes(text: String, reserve: DiskReserve) throws { #expect(try DiskOptions.parse(text) == reserve) }

    @Test(
        "what is no size", arguments: ["", "GB", "-5GB", "5 %%", "100%", "nan", "1e3", "5GiB", "..", "9e99GB", "1 TBB"])
    func noSize(text: String) { #expect(throws: UsageError.self) { try DiskOptions.parse(text) } }

    @Test("said early, stopped before the end, and gone on with room to spare") func watch() {
        let size: Int64 = 1_000_000_000_000
        #expect(DiskReserve.standard.bytes(of: size) == 1_000_000_000)
        #expect(DiskReserve.standard.bytes(of: 10_000_000_000) == 200_000_000)
        var watch = DiskWatch(.bytes(1_000_000_000))
        // 20 GB above the reserve is the smaller one of 5 % and 20 GB.
        let found = [30, 22, 20.9, 20, 5, 0.9, 1.1, 1.3, 3, 26, 15, 0.5].map { gigabytes in
            watch.look(at: DiskState(free: Int64(gigabytes * 1e9), size: size))
        }
        #expect(
            found == [
                .goOn, .goOn, .low, .goOn, .goOn, .exhausted, .exhausted, .goOn, .goOn, .ample, .low, .exhausted,
            ])
        var none = DiskWatch(.bytes(0))
        #expect(none.look(at: DiskState(free: 0, size: size)) == .goOn)
    }

    /// A file system with so many bytes left.
    private func disk(_ name: String, free: Int64) throws -> (mount: Mount, ballast: String) {
        let mount = try Mount(at: work.file(name), options: "size=100m")
        let ballast = mount.path + "/ballast"
        let state = try #require(DiskState(of: mount.path))
        try Data(count: Int(state.free - free)).write(to: URL(fileURLWithPath: ballast))
        return (mount, ballast)
    }

    @Test("a run over files says it early", .enabled(if: Mount.isAllowed, "skipped: only root may mount a tmpfs"))
    func early() throws {
        let night = try SmallNight(alerts: 300)
        let (mount, ballast) = try disk("early", free: 23_000_000)
        let run = try NightjarProcess.run(
            "run", night.path, "--data", mount.path + "/data", "--disk-reserve", "10MB", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.complaints.filter { $0.contains("gets full") }
        #expect(lines.isEmpty, "\(run.errors)")
        try Data(count: 7_000_000).write(to: URL(fileURLWithPath: ballast + "-2"))
        let again = try NightjarProcess.run(
            "run", night.path, "--data", mount.path + "/data", "--disk-reserve", "10MB", "--json")
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.complaints.count { $0.contains("gets full") } == 1, "\(again.errors)")
    }

    @Test(
        "a run over files ends in order before the disk is full, and goes on with room",
        .enabled(if: Mount.isAllowed, "skipped: only root may mount a tmpfs"))
    func files() throws {
        let night = try SmallNight(alerts: 900)
        let (mount, ballast) = try disk("files", free: 34_000_000)
        let words = ["run", night.path, "--data", mount.path + "/data", "--disk-reserve", "33MB", "--json"]
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome.output)")
        let last = outcome.complaints.last ?? ""
        #expect(last.contains("the disk is full but for") && last.contains("nightjar prune"), "\(outcome.errors)")
        let verdict = try NightjarProcess.run("verify", "--data", mount.path + "/data", "--packets")
        #expect(verdict.status == 0, "\(verdict.output)")
        try FileManager.default.removeItem(atPath: ballast)
        let again = try NightjarProcess(words).outcome()
        #expect(again.status == 0, "\(again.errors)")
        let whole = work.file("whole")
        #expect(try NightjarProcess.run("run", night.path, "--data", whole, "--quiet").status == 0)
        #expect(try Contents(mount.path + "/data").differences(from: Contents(whole)) == [])
    }

    @Test(
        "a stream waits for room, alive, and then goes on",
        .enabled(if: Mount.isAllowed, "skipped: only root may mount a tmpfs"),
        .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
    func stream() throws {
        let server = try KafkaServer()
        let producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
        for candid in 1...5 as ClosedRange<Int64> {
            try producer.send(topic: "t", payload: SmallPacket(candid: candid).container()[...])
        }
        try producer.flush()
        let (mount, ballast) = try disk("stream", free: 20_000_000)
        let port = try Ports.free()
        let data = mount.path + "/data"
        let run = try NightjarProcess([
            "run", "kafka://\(server.address)/t", "--data", data, "--no-fits", "--json", "--follow", "--disk-reserve",
            "40MB", "--metrics", ":\(port)",
        ])
        #expect(run.waits { MetricsPageReader.value("nightjar_disk_waiting", port) == 1 }, "\(run.errors)")
        #expect(MetricsPageReader.value("nightjar_disk_reserve_bytes", port) == 40e6)
        let beats = ["read", "process", "write"].map { "nightjar_heartbeat_total{thread=\"\($0)\"}" }
        for _ in 0..<2 {
            let now = beats.map { MetricsPageReader.value($0, port) ?? 0 }
            #expect(
                run.waits { zip(beats, now).allSatisfy { MetricsPageReader.value($0, port) ?? 0 > $1 } }, "\(beats)")
        }
        // What may give room works beside it.
        #expect(try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1").status == 0)
        #expect(run.errors.split(separator: "\n").count { $0.contains("intake waits") } == 1, "\(run.errors)")
        #expect(MetricsPageReader.value("nightjar_alerts_total{outcome=\"stored\"}", port) == 0)
        try FileManager.default.removeItem(atPath: ballast)
        #expect(
            run.waits { MetricsPageReader.value("nightjar_alerts_total{outcome=\"stored\"}", port) == 5 },
            "\(run.errors)")
        #expect(MetricsPageReader.value("nightjar_disk_waiting", port) == 0 && run.errors.contains("intake goes on"))
        run.send(SIGTERM)
        #expect(try run.outcome().status == 0)
    }
}
