@testable import Conductor
import LoopbackServer
import TestSupport
import Testing
import Foundation

@Suite struct WorkerHeartbeatTests {
    private let server: LoopbackServer
    private let heartbeat: WorkerHeartbeat

    init() throws {
        server = try LoopbackServer()
        heartbeat = WorkerHeartbeat(address: "\(server.plain)/file/page")
    }

    private func serve(_ beats: [String: Int]) throws {
        let lines = beats.map { "nightjar_heartbeat_total{thread=\"\($0)\"} \($1)\n" }
        try Data(("# TYPE nightjar_heartbeat_total counter\n" + lines.joined()).utf8)
            .write(to: server.folder.appending(path: "page"))
    }

    @Test("counts the rounds in which every thread moved, and stands still where one does not") func rounds() throws {
        #expect(heartbeat.read() == nil)
        try serve(["read": 1, "write": 10])
        #expect(heartbeat.read() == 1)
        #expect(heartbeat.read() == 1)
        try serve(["read": 2, "write": 10])
        #expect(heartbeat.read() == 1)
        try serve(["read": 3, "write": 11])
        #expect(heartbeat.read() == 2)
        // A worker that was started again counts from 0; one that does not answer stands still.
        try serve(["read": 0, "write": 0])
        #expect(heartbeat.read() == 3)
        try FileManager.default.removeItem(at: server.folder.appending(path: "page"))
        #expect(heartbeat.read() == 3)
    }

    @Test("reads only its own counter, and lines that are whole")
    func counters() {
        let page = """
            nightjar_heartbeat_total{thread="a"} 3
            nightjar_heartbeat_total{thread="b"} many
            nightjar_heartbeat_total{thread="c"}
            nightjar_alerts_received_total 5
            """
        #expect(WorkerHeartbeat.counters(in: Array(page.utf8)) == [#"nightjar_heartbeat_total{thread="a"}"#: 3])
        #expect(WorkerHeartbeat.counters(in: [0xff, 0x0a]) == [:])
    }
}
