internal import Foundation
internal import Query

/// Plays bad nights one after another with one conductor, and compares each verdict with the one that it must have.
package struct DrillRun {
    /// What came of one night.
    package struct Result: Codable, Sendable {
        /// YYYYMMDD.
        package let night: Int
        /// The scenario's name.
        package let scenario: String
        /// The verdict that it must have.
        package let expected: String
        /// What it came to.
        package let found: String
        /// What is wrong; empty where all is right.
        package let faults: [String]
        /// Seconds that it took.
        package let seconds: Double
        /// Resident memory of the conductor at its end, kB.
        package let memory: Int
        /// Open files of the conductor at its end.
        package let files: Int

        /// Whether all is right.
        package var isRight: Bool { faults.isEmpty }
    }

    private let settings: DrillStage.Settings
    private let scenarios: [DrillScenario]
    private static let firstNight = 20_240_915

    /// A drill.
    ///
    /// - Parameters:
    ///   - settings: What it needs.
    ///   - scenarios: The nights in a row.
    package init(_ settings: DrillStage.Settings, _ scenarios: [DrillScenario]) {
        self.settings = settings
        self.scenarios = scenarios
    }

    /// Plays the nights.
    ///
    /// - Parameter report: Called after each night.
    /// - Returns: Every night's result.
    /// - Throws: ``DrillFailure``, or what kept the drill from beginning.
    package func run(report: (Result) throws -> Void) throws -> [Result] {
        let stage = try DrillStage(settings, night: Self.firstNight)
        defer { stage.close() }
        var results: [Result] = []
        for (number, scenario) in scenarios.enumerated() {
            let night = NightTimes.night(Self.firstNight, plus: number)
            let began = ContinuousClock.now
            var faults: [String] = []
            do {
                try stage.begin(night)
                if stage.conductor == nil { try stage.startConductor() }
                try scenario.play(stage)
                faults = try check(scenario, stage)
            } catch { faults = ["\(error)"] }
            let (memory, files) = Self.size(of: stage.conductor?.processIdentifier ?? 0)
            let result = Result(
                night: night, scenario: scenario.name, expected: "\(scenario.expected(settings.alerts))",
                found: stage.machine.map { "\($0.state.rawValue): \($0.reason)" } ?? "no state", faults: faults,
                seconds: (ContinuousClock.now - began) / .seconds(1), memory: memory, files: files)
            results.append(result)
            try report(result)
            // What one bad night leaves would be taken for a fault of the next.
            guard faults.isEmpty else { break }
        }
        return results
    }

    /// Compares the verdict and the receipt with what they must be, and asks the stream again.
    private func check(_ scenario: DrillScenario, _ stage: DrillStage) throws -> [String] {
        let expected = scenario.expected(settings.alerts)
        guard let machine = stage.machine else { return ["the night has no state"] }
        var faults: [String] = []
        func expect<Value: Equatable>(_ what: String, _ found: Value, _ expected: Value) {
            if found != expected { faults.append("\(what): \(found), and not \(expected)") }
        }
        try Drill.wait("the receipt's edition \(machine.edition) is written") {
            NightReceipt.editions(survey: machine.survey, night: machine.times.night, in: stage.files.folder).contains(
                machine.edition)
        }
        expect("verdict", machine.state, expected.state)
        expect("editions of the receipt", machine.edition, expected.editions)
        let receipt = try NightReceipt.read(
            edition: machine.edition, survey: machine.survey, night: machine.times.night, in: stage.files.folder)
        expect("received", receipt.counts["received"] ?? 0, stage.sent)
        expect("stored", receipt.counts["stored"] ?? 0, stage.alerts.count)
        expect("duplicates", receipt.counts["duplicates"] ?? 0, expected.duplicates)
        expect("dead letters", receipt.counts["deadLettered"] ?? 0, 0)
        expect("different ids", receipt.ids.count, stage.alerts.count)
        if stage.sent > 0 { faults += try compare(stage) }
        return faults
    }

    /// `nightjar night check`, which reads the stream again.
    private func compare(_ stage: DrillStage) throws -> [String] {
        let path = "\(settings.folder)/check.log"
        try? FileManager.default.removeItem(atPath: path)
        let process = try Drill.start(
            settings.program,
            [
                "night", "check", String(stage.times.night), "--against",
                "kafka://\(stage.server.address)/\(stage.topic)",
                "--schema-registry", stage.registry.address, "--data", "\(settings.folder)/data",
            ], log: path)
        process.waitUntilExit()
        guard process.terminationStatus != 0 else { return [] }
        let said = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return ["night check ends with status \(process.terminationStatus): \(said.prefix(500))"]
    }

    /// Resident memory in kB and open files of a process (proc(5)).
    private static func size(of process: Int32) -> (memory: Int, files: Int) {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let memory = line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        return (memory, (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0)
    }
}
