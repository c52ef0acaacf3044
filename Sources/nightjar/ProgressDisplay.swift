internal import Broker
internal import Foundation
internal import Pipeline
internal import Synchronization

/// Shows how far a run is: a bar on a terminal, a plain line now and then elsewhere.
final class ProgressDisplay {
    private var lastShown = ContinuousClock.now
    private var hasDrawn = false
    /// When this source began, and what had been received by then.
    private var source = ""
    private var began = ContinuousClock.now
    private var receivedBefore = 0

    func show(_ status: Run.Status) {
        guard !Terminal.isQuiet else { return }
        if status.source != source {
            source = status.source
            began = ContinuousClock.now
            receivedBefore = status.report[.received]
        }
        let draws = Terminal.draws
        let isText = Terminal.format.withLock { $0 } == .text
        let pause: Duration = draws ? .milliseconds(200) : isText ? .seconds(10) : .seconds(60)
        guard ContinuousClock.now - lastShown >= pause else { return }
        lastShown = ContinuousClock.now
        if draws {
            hasDrawn = true
            // A terminal that wraps at its last column would keep what is drawn over.
            Terminal.draw(line(status).fitting(Terminal.columns - 1))
        } else {
            Terminal.info(
                line(status).plain,
                [
                    "source": status.source, "received": String(status.report[.received]),
                    "stored": String(status.report[.stored]), "deadLettered": String(status.report[.deadLettered]),
                ])
        }
    }

    func finish() {
        if hasDrawn { Terminal.draw("") }
    }

    private func line(_ status: Run.Status) -> ProgressLine {
        let rate = Double(status.report[.received]) / max(status.report.seconds, 1e-9)
        var line = ProgressLine(name: (status.source as NSString).lastPathComponent)
        if let total = status.bytesTotal, total > 0 {
            let done = min(1, Double(status.bytesRead) / Double(total))
            line.done = done
            let spent = (ContinuousClock.now - began) / .seconds(1)
            if done > 0.001 { line.left = Self.duration(spent / done - spent) + " left" }
        }
        line.alerts = "\(ReportText.grouped(status.report[.received])) alerts"
        line.rate = "\(ReportText.grouped(Int(rate)))/s"
        let dead = status.report[.deadLettered]
        if dead > 0 { line.deadLetters = "\(ReportText.grouped(dead)) dead letter" + (dead == 1 ? "" : "s") }
        return line
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
