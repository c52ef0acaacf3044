internal import Foundation
internal import Glibc

/// A bad night, played on a stage, and the verdict that it must have.
package struct DrillScenario: Sendable {
    /// What the night must come to.
    package struct Verdict: Sendable, Hashable, CustomStringConvertible {
        /// Its last state.
        package var state: NightState
        /// Editions of its receipt.
        package var editions = 1
        /// Messages that repeat others.
        package var duplicates = 0

        package var description: String {
            "\(state.rawValue), \(editions) edition\(editions == 1 ? "" : "s")"
                + (duplicates > 0 ? ", \(duplicates) duplicates" : "")
        }
    }

    /// A short word.
    package let name: String
    /// What goes wrong, in a sentence.
    package let summary: String
    /// The verdict, for a number of alerts.
    package let expected: @Sendable (_ alerts: Int) -> Verdict
    /// Plays the night until its verdict.
    let play: @Sendable (DrillStage) throws -> Void
    /// Why it cannot be played here; `nil` where it can.
    package var obstacle: @Sendable () -> String? = { nil }

    /// All bad nights.
    package static let all = [
        good, topicLate, emptyNight, brokerLost, workerKilled, workerHanging, lateBurst, topicDoubled, clockWrong,
        diskFull, registryAway, conductorKilled,
    ]

    private static func complete(
        _ name: String, _ summary: String, editions: Int = 1, play: @escaping @Sendable (DrillStage) throws -> Void
    ) -> DrillScenario {
        DrillScenario(
            name: name, summary: summary, expected: { _ in Verdict(state: .complete, editions: editions) }, play: play)
    }

    /// The first half of a night's alerts, while the Sun is down.
    private static func evening(_ stage: DrillStage, isFramed: Bool = false) throws {
        try stage.makeTopic()
        try stage.move(to: "03:30")
        try stage.send(0..<stage.settings.alerts / 2, isFramed: isFramed)
        try stage.await(.running)
        try stage.awaitRead()
    }

    /// The second half, and the morning after.
    private static func morning(_ stage: DrillStage, isFramed: Bool = false) throws {
        try stage.move(to: "12:50")
        try stage.send(stage.settings.alerts / 2..<stage.settings.alerts, isFramed: isFramed)
        try stage.awaitRead()
        try end(stage)
    }

    /// From the last alert to the verdict.
    private static func end(_ stage: DrillStage) throws {
        // The last exposure is at 13:00, its late window ends at 13:30; the stream is quiet since 12:50.
        try stage.move(to: "13:40")
        try stage.await(.draining)
        try stage.move(to: "13:55")
        try stage.await(.complete, .incomplete, .closed)
    }

    // MARK: - The nights

    private static let good = complete("good", "nothing goes wrong") { stage in
        try evening(stage)
        try morning(stage)
    }

    private static let topicLate = complete("topic-late", "the topic appears five hours after sunset") { stage in
        try stage.move(to: "04:00")
        try stage.move(to: "07:00")
        guard stage.machine?.state == .waiting else { throw DrillFailure("the night does not wait for its topic") }
        try evening(stage)
        try morning(stage)
    }

    private static let emptyNight = DrillScenario(
        name: "empty-night", summary: "no topic appears: bad weather", expected: { _ in Verdict(state: .closed) }
    ) { stage in
        try stage.move(to: "04:00")
        try stage.move(to: "12:30")
        try stage.move(to: "13:30")
        try stage.await(.closed)
    }

    private static let brokerLost = complete("broker-lost", "the Kafka server is away in the middle of the night") {
        stage in
        try evening(stage)
        try stage.server.stop()
        try stage.move(to: "05:00")
        try stage.server.start()
        try stage.move(to: "06:00")
        try morning(stage)
    }

    private static let workerKilled = complete("worker-killed", "a worker is killed; the conductor starts it again") {
        stage in
        try evening(stage)
        try stage.signal(worker: 1, SIGKILL)
        try stage.move(to: "08:00")
        try morning(stage)
    }

    private static let workerHanging = complete("worker-hanging", "a worker hangs; the conductor replaces it") {
        stage in
        try evening(stage)
        try stage.signal(worker: 2, SIGSTOP)
        try stage.move(to: "08:00")
        try Drill.wait("the worker that hangs is replaced (\(stage.log))") {
            let log = try String(contentsOfFile: stage.log, encoding: .utf8)
            return log.contains("worker-2 hangs")
        }
        try morning(stage)
    }

    private static let lateBurst = complete(
        "late-burst", "alerts come an hour after the night was complete: the receipt has a second edition", editions: 2
    ) { stage in
        try stage.makeTopic()
        try stage.move(to: "03:30")
        let kept = stage.settings.alerts - stage.settings.alerts / 5
        try stage.send(0..<kept)
        try stage.awaitRead()
        try end(stage)
        try stage.move(to: "15:00")
        try stage.send(kept..<stage.settings.alerts)
        try stage.await(.opening, .running)
        try stage.awaitRead()
        try stage.move(to: "15:25")
        try stage.await(.draining)
        try stage.move(to: "15:40")
        try stage.await(.complete, .incomplete)
    }

    private static let topicDoubled = DrillScenario(
        name: "topic-doubled", summary: "the survey sends the whole night twice",
        expected: { Verdict(state: .complete, duplicates: $0) }
    ) { stage in
        try evening(stage)
        try stage.move(to: "12:50")
        try stage.send(stage.settings.alerts / 2..<stage.settings.alerts)
        try stage.send(0..<stage.settings.alerts)
        try stage.awaitRead()
        try end(stage)
    }

    private static let clockWrong = complete("clock-wrong", "this machine's clock is ten hours ahead for a while") {
        stage in
        try evening(stage)
        try stage.move(to: "05:00")
        try stage.misset(by: 10)
        for part in 0..<3 {
            let first = stage.settings.alerts / 2 + part
            try stage.send(first..<first + 1)
            try stage.awaitLook()
            guard stage.machine?.state == .running else {
                throw DrillFailure("a wrong clock ends the night: \(stage.machine?.reason ?? "")")
            }
        }
        try stage.misset(by: -10)
        try stage.move(to: "12:50")
        try stage.send(stage.settings.alerts / 2 + 3..<stage.settings.alerts)
        try stage.awaitRead()
        try end(stage)
    }

    private static let diskFull = DrillScenario(
        name: "disk-full", summary: "a worker's disk is full for a while",
        expected: { _ in Verdict(state: .complete) },
        play: { stage in
            guard let folder = stage.smallDisk else { throw DrillFailure("there is no small disk") }
            try evening(stage)
            let filler = "\(folder)/filler"
            let file = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            defer { close(file) }
            // All that is left, in pieces: what does not fit is refused.
            var size = off_t(0)
            while posix_fallocate(file, size, 64 << 10) == 0 { size += 64 << 10 }
            try stage.move(to: "09:00")
            try stage.send(stage.settings.alerts / 2..<stage.settings.alerts)
            try stage.awaitLook()
            unlink(filler)
            ftruncate(file, 0)
            try stage.awaitRead()
            try stage.move(to: "13:05")
            try end(stage)
        }, obstacle: { geteuid() == 0 ? nil : "only root can mount a small disk" })

    private static let registryAway = complete("registry-away", "the schema registry is away as the night begins") {
        stage in
        stage.registry.setAway(true)
        try stage.makeTopic()
        try stage.move(to: "03:30")
        try stage.send(0..<stage.settings.alerts / 2, isFramed: true)
        let before = stage.registry.asked
        try Drill.wait("the registry is asked") { stage.registry.asked > before }
        stage.registry.setAway(false)
        try stage.awaitRead()
        try morning(stage, isFramed: true)
    }

    private static let conductorKilled = complete(
        "conductor-killed", "the conductor is killed five times, and started again"
    ) { stage in
        try evening(stage)
        for time in ["04:00", "06:00", "08:00"] {
            try stage.killConductor()
            try stage.startConductor()
            try stage.move(to: time)
        }
        try stage.move(to: "12:50")
        try stage.send(stage.settings.alerts / 2..<stage.settings.alerts)
        try stage.awaitRead()
        try stage.move(to: "13:40")
        try stage.await(.draining)
        try stage.killConductor()
        try stage.startConductor()
        try stage.move(to: "13:45")
        try stage.killConductor()
        try stage.startConductor()
        try stage.move(to: "14:10")
        try stage.await(.complete, .incomplete, .closed)
    }
}
