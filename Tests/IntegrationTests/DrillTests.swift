import Foundation
import TestServers
import TestSupport
import Testing

/// Bad nights with a real Kafka server, workers and a conductor as processes; `make drill` plays all of them.
@Suite(.enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)")) struct DrillTests {
    private static let server = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "scripts/drill-server").path

    @Test(
        "the verdict is right, every alert is stored once, and the stream agrees with the receipt",
        arguments: ["conductor-killed", "late-burst", "clock-wrong"])
    func night(name: String) throws {
        let work = try TemporaryFolder()
        let outcome = try NightjarProcess.run(
            "night", "drill", name, "--server", Self.server, "--alerts", "30", "--folder", work.file("drill"))
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)\(Self.log(work))")
        #expect(outcome.output.contains("1 of 1 nights have the right verdict"))
        let list = try NightjarProcess.run("night", "list", "--data", work.file("drill/data"))
        #expect(list.status == 0 && list.lines.count == 2 && list.output.contains("complete"), "\(list.output)")
    }

    private static func log(_ work: TemporaryFolder) -> String {
        (try? String(contentsOfFile: work.file("drill/conductor.log"), encoding: .utf8)) ?? ""
    }

    @Test("a drill that does not exist, and a server that is not there, are named") func usage() throws {
        let unknown = try NightjarProcess.run("night", "drill", "broker-lots", "--server", Self.server)
        #expect(unknown.status == 2 && unknown.errors.contains("did you mean broker-lost?"), "\(unknown.errors)")
        let missing = try NightjarProcess.run("night", "drill", "good", "--server", "/nowhere/noida-db")
        #expect(missing.status == 2 && missing.errors.contains("make drill"), "\(missing.errors)")
    }
}
