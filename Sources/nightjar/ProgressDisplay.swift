internal import Broker
internal import Foundation

/// Shows how far a run is: a bar on a terminal, a plain line now and then elsewhere.
final class ProgressDisplay {
    private static let barWidth = 24

    private let isQuiet: Bool
    private var lastShown = ContinuousClock.now
    private var hasDrawn = false
    /// When this source began, and what had been received by then.
    private var source = ""
    private var began = ContinuousClock.now
    private var receivedBefore = 0

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    func show(_ status: Run.Status) {
        guard !isQuiet else { return }
        if status.source != source {
            source = status.source
            began = ContinuousClock.now
            receivedBefore = status.report.received
        }
        let pause: Duration = Terminal.isInteractive ? .milliseconds(200) : .seconds(10)
        guard ContinuousClock.now - lastShown >= pause else { return }
        lastShown = ContinuousClock.now
        if Terminal.isInteractive {
            hasDrawn = true
            Terminal.draw(line(status, withBar: true))
        } else {
            Terminal.note(line(status, withBar: false))
        }
    }

    func finish() {
        if hasDrawn { Terminal.draw("") }
    }

    private func line(_ status: Run.Status, withBar: Bool) -> String {
        let rate = Double(status.report.received) / max(status.report.seconds, 1e-9)
        var parts = [(status.source as NSString).lastPathComponent]
        if let total = status.bytesTotal, total > 0 {
            let done = min(1, Double(status.bytesRead) / Double(total))
            if withBar {
                let full = Int(done * Double(Self.barWidth))
                let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.barWidth - full)
                parts.append(bar)
            }
            parts.append("\(Int(done * 100))%")
            let spent = (ContinuousClock.now - began) / .seconds(1)
            if done > 0.001 { parts.append(Self.duration(spent / done - spent) + " left") }
        }
        parts.append("\(ReportText.grouped(status.report.received)) alerts")
        parts.append("\(ReportText.grouped(Int(rate)))/s")
        if status.report.deadLettered > 0 { parts.append("\(status.report.deadLettered) dead letters") }
        return parts.joined(separator: "  ")
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
