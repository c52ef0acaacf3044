internal import Foundation
internal import Simulator
internal import Threads

/// `nightjar simulate --alerts N --seed S --out FILE.tar.gz`
enum SimulateCommand {
    /// The night where neither the words nor the file's name say one.
    private static let usualNight = 20_240_915

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: ["alerts", "seed", "out", "night", "truth"])
        guard call.operands.isEmpty else { throw UsageError("'simulate' takes no operand") }
        _ = try call.required("alerts", "N, the number of alerts,")
        let path = try call.required("out", "FILE.tar.gz")
        guard call.options["truth"] != path else { throw UsageError("--out and --truth are the same file") }
        let alerts = try call.number("alerts", in: 0...SimulatedNight.mostAlerts) ?? 0
        let seed = try call.number("seed", in: 0...UInt64.max) ?? 0
        let night = try night(call, named: SimulatedNight.nights(in: (path as NSString).lastPathComponent))
        let simulated: SimulatedNight
        do { simulated = try SimulatedNight(alerts: alerts, seed: seed, night: night) } catch {
            throw UsageError("\(error)")
        }
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        try simulated.write(to: path, truth: call.options["truth"], isStopped: { stop.isSet }) { done in
            if Terminal.isInteractive {
                Terminal.draw("\(ReportText.grouped(done)) of \(ReportText.grouped(alerts)) alerts")
            }
        }
        if Terminal.isInteractive { Terminal.draw("") }
        Terminal.note("\(path): \(ReportText.grouped(alerts)) alerts of night \(night), seed \(seed)")
    }

    /// The night of the words, else the one that the file's name holds; a line says where the name is of another.
    private static func night(_ call: Invocation, named names: Set<Int>) throws(UsageError) -> Int {
        guard let text = call.options["night"] else {
            if names.count > 1 { Terminal.note("the file's name holds several dates; the night is \(usualNight)") }
            return names.count == 1 ? names.first ?? usualNight : usualNight
        }
        guard let night = SimulatedNight.night(text) else {
            throw UsageError(
                "--night \(text): not a night from 20180101 to 20421231; write 20240915 or 2024-09-15")
        }
        if !names.isEmpty && !names.contains(night) {
            Terminal.note("the file's name holds another date than --night \(text)")
        }
        return night
    }
}
