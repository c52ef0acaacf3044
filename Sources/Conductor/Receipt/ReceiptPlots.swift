internal import Escaping
internal import Foundation
internal import Pipeline

/// The plots of a receipt's page, as SVG that asks for nothing outside of it. The page's tables have the same numbers.
struct ReceiptPlots {
    private static let width = 960.0
    private static let left = 64.0

    private let receipt: NightReceipt

    init(_ receipt: NightReceipt) { self.receipt = receipt }

    /// All plots that there are numbers for.
    var figures: String { [times, outcome, latencies].compactMap { $0 }.joined(separator: "\n") }

    // MARK: - Alerts over time

    /// Ten minutes a bar; alerts of other nights, which would leave no room for this one's, are in the table alone.
    private var times: String? {
        let bins = shownBins
        guard let first = bins.first, let last = bins.last, let most = bins.map(\.alerts).max(), most > 0 else {
            return nil
        }
        let height = 200.0
        let span = max(last.mjdTAI - first.mjdTAI + Self.binWidth, Self.binWidth)
        let scale = (Self.width - Self.left) / span
        func bar(_ bin: NightReceipt.Bin, _ number: Int, _ kind: String) -> String {
            let tall = height * Double(number) / Double(most)
            return Self.rectangle(
                x: Self.left + (bin.mjdTAI - first.mjdTAI) * scale, y: 8 + height - tall,
                width: max(0.5, Self.binWidth * scale - 0.5), height: tall, kind)
        }
        var shapes = bins.map { bar($0, $0.alerts, "all") } + bins.map { bar($0, $0.passed, "passed") }
        shapes.append(Self.line(Self.left, 8 + height, Self.width, 8 + height))
        shapes.append(Self.text(Self.left - 8, 18, NightReceipt.grouped(most), anchor: "end"))
        shapes.append(Self.text(Self.left - 8, 8 + height, "0", anchor: "end"))
        for part in [0.0, 0.25, 0.5, 0.75, 1] {
            let x = Self.left + part * (Self.width - Self.left)
            let anchor = part == 0 ? "start" : part == 1 ? "end" : "middle"
            shapes.append(
                Self.text(x, 8 + height + 18, String(format: "%.3f", first.mjdTAI + part * span), anchor: anchor))
        }
        return Self.figure(
            "Alerts by the time of their exposure, ten minutes a bar: all, and in the stronger colour those that passed the filter; MJD, TAI",
            height: 8 + height + 24, shapes)
    }

    private static let binWidth = 1.0 / 144

    /// The bins within a day and a half of the one with the most alerts.
    private var shownBins: [NightReceipt.Bin] {
        guard let peak = receipt.times.max(by: { $0.alerts < $1.alerts }) else { return [] }
        return receipt.times.filter { $0.mjdTAI.isFinite && abs($0.mjdTAI - peak.mjdTAI) < 0.75 }
    }

    // MARK: - Outcome

    private var outcome: String? {
        let received = receipt.count(.received)
        guard received > 0 else { return nil }
        let passed = min(receipt.count(.passedFilter), receipt.count(.stored))
        let parts: [(name: String, number: Int, kind: String)] = [
            ("passed the filter", passed, "passed"),
            ("stored, did not pass", receipt.count(.stored) - passed, "all"),
            ("repeated", receipt.count(.duplicates), "again"),
            ("dead letters", receipt.count(.deadLettered), "dead"),
        ]
        var (shapes, x): ([String], Double) = ([], 0)
        var legend = 0.0
        for part in parts where part.number > 0 {
            let wide = Self.width * Double(part.number) / Double(received)
            shapes.append(Self.rectangle(x: x, y: 0, width: max(1, wide - 1), height: 24, part.kind))
            x += wide
            shapes.append(Self.rectangle(x: legend, y: 34, width: 10, height: 10, part.kind))
            shapes.append(Self.text(legend + 16, 44, "\(part.name) \(NightReceipt.grouped(part.number))"))
            legend += 220
        }
        return Self.figure("What became of the alerts received", height: 52, shapes)
    }

    // MARK: - Latencies

    /// A line a stage from p50 to p99, with a mark at p95, on a logarithmic axis from a millisecond to a day.
    private var latencies: String? {
        let stages = receipt.latencies.filter { $0.p50 != nil && $0.p99 != nil }
        guard !stages.isEmpty else { return nil }
        let (label, decades) = (200.0, 8.0)
        func x(_ seconds: Double) -> Double {
            let place = (log10(max(seconds, 0.001)) + 3) / decades
            return label + min(max(place, 0), 1) * (Self.width - label - 24)
        }
        var shapes: [String] = []
        let bottom = Double(stages.count) * 28 + 4
        let ticks: [(Double, String)] = [
            (0.001, "1 ms"), (0.1, "0.1 s"), (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"),
            (86_400, "1 d"),
        ]
        for (seconds, name) in ticks {
            shapes.append(Self.line(x(seconds), 0, x(seconds), bottom))
            shapes.append(Self.text(x(seconds), bottom + 16, name, anchor: "middle"))
        }
        for (index, stage) in stages.enumerated() {
            let y = Double(index) * 28 + 16
            let (p50, p95, p99) = (x(stage.p50 ?? 0), x(stage.p95 ?? 0), x(stage.p99 ?? 0))
            shapes.append(Self.text(0, y + 4, "\(stage.from) to \(stage.to)"))
            shapes.append(
                "<line class=\"line\" x1=\"\(Self.number(p50))\" y1=\"\(y)\" x2=\"\(Self.number(p99))\" y2=\"\(y)\"/>")
            shapes.append("<circle class=\"passed\" cx=\"\(Self.number(p50))\" cy=\"\(y)\" r=\"4\"/>")
            shapes.append(Self.rectangle(x: p95 - 1, y: y - 5, width: 2, height: 10, "passed"))
            shapes.append(Self.rectangle(x: p99 - 1, y: y - 5, width: 2, height: 10, "passed"))
        }
        return Self.figure("Latencies: p50 (dot), p95 and p99 (bars)", height: bottom + 24, shapes)
    }

    // MARK: - Shapes

    private static func figure(_ caption: String, height: Double, _ shapes: [String]) -> String {
        let caption = HTMLEscaping.escape(caption)
        return "<figure><figcaption>\(caption)</figcaption>"
            + "<svg viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" aria-label=\"\(caption)\">"
            + shapes.joined() + "</svg></figure>"
    }

    private static func rectangle(x: Double, y: Double, width: Double, height: Double, _ kind: String) -> String {
        "<rect class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\"/>"
    }

    private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<line class=\"axis\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
    }

    private static func text(_ x: Double, _ y: Double, _ text: String, anchor: String = "start") -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(HTMLEscaping.escape(text))</text>"
    }

    private static func number(_ number: Double) -> String {
        number.isFinite ? String(format: "%.1f", number) : "0"
    }
}
