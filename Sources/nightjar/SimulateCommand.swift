internal import Simulator

/// `nightjar simulate --alerts N --seed S --out FILE.tar.gz`
enum SimulateCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: ["alerts", "seed", "out", "night", "truth"])
        guard call.operands.isEmpty else { throw UsageError("'simulate' takes no operand") }
        _ = try call.required("alerts", "N, the number of alerts,")
        let path = try call.required("out", "FILE.tar.gz")
        let alerts = try call.number("alerts", in: 0...SimulatedNight.mostAlerts) ?? 0
        let seed = try call.number("seed", in: 0...UInt64.max) ?? 0
        let night = try call.number("night", in: SimulatedNight.nights) ?? 20_240_915
        let simulated: SimulatedNight
        do { simulated = try SimulatedNight(alerts: alerts, seed: seed, night: night) } catch {
            throw UsageError("\(error)")
        }
        try simulated.write(to: path, truth: call.options["truth"]) { done in
            if Terminal.isInteractive {
                Terminal.draw("\(ReportText.grouped(done)) of \(ReportText.grouped(alerts)) alerts")
            }
        }
        if Terminal.isInteractive { Terminal.draw("") }
        Terminal.note("\(path): \(ReportText.grouped(alerts)) alerts of night \(night), seed \(seed)")
    }
}
