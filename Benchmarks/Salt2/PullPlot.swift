import Foundation

/// Histograms of pulls with the unit Gaussian they should follow, as SVG.
struct PullPlot {
    private static let (width, height) = (240.0, 200.0)
    private static let bins = 32
    private static let limit = 4.0

    /// - Parameters:
    ///   - pulls: One list a parameter.
    ///   - names: One a list.
    /// - Returns: The SVG's text.
    static func svg(_ pulls: [[Double]], names: [String]) -> String {
        let panels = zip(pulls, names).enumerated().map { index, panel in
            "<g transform=\"translate(\(Double(index) * width),0)\">\(Self.panel(panel.0, panel.1))</g>"
        }
        let size = "width=\"\(width * Double(names.count))\" height=\"\(height)\""
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) font-family=\"sans-serif\" font-size=\"12\">"
            + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>" + panels.joined(separator: "\n") + "</svg>\n"
    }

    private static func panel(_ pulls: [Double], _ name: String) -> String {
        let (left, right, top, bottom) = (16.0, width - 12, 26.0, height - 34)
        let step = 2 * limit / Double(bins)
        var counts = [Int](repeating: 0, count: bins)
        for pull in pulls where abs(pull) < limit { counts[min(bins - 1, Int((pull + limit) / step))] += 1 }
        let total = Double(max(1, pulls.count))
        let peak = max(0.42, (counts.max().map(Double.init) ?? 0) / total / step)
        func x(_ pull: Double) -> Double { left + (pull + limit) / (2 * limit) * (right - left) }
        func y(_ density: Double) -> Double { bottom - density / (1.08 * peak) * (bottom - top) }
        func number(_ value: Double) -> String { String(format: "%.1f", value) }
        var out = ""
        for (bin, count) in counts.enumerated() where count > 0 {
            let low = x(-limit + Double(bin) * step)
            let high = y(Double(count) / total / step)
            let span = (right - left) / Double(bins) - 0.6
            out += "<rect x=\"\(number(low))\" y=\"\(number(high))\" width=\"\(number(span))\""
            out += " height=\"\(number(bottom - high))\" fill=\"#8fb3d9\"/>"
        }
        let curve = (0...80).map { i -> String in
            let pull = -limit + 2 * limit * Double(i) / 80
            return "\(number(x(pull))),\(number(y(exp(-pull * pull / 2) / (2 * Double.pi).squareRoot())))"
        }
        out +=
            "<polyline points=\"\(curve.joined(separator: " "))\" fill=\"none\" stroke=\"#c0392b\" stroke-width=\"1.5\"/>"
        out += "<line x1=\"\(left)\" y1=\"\(bottom)\" x2=\"\(right)\" y2=\"\(bottom)\" stroke=\"black\"/>"
        for tick in stride(from: -4, through: 4, by: 2) {
            let at = number(x(Double(tick)))
            out += "<text x=\"\(at)\" y=\"\(bottom + 15)\" text-anchor=\"middle\">\(tick)</text>"
        }
        let mean = pulls.reduce(0, +) / total
        let spread = (pulls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / total).squareRoot()
        let title = name + String(format: ": mean %+.3f, width %.3f", mean, spread)
        out += "<text x=\"\(number((left + right) / 2))\" y=\"16\" text-anchor=\"middle\">\(title)</text>"
        out += "<text x=\"\(number((left + right) / 2))\" y=\"\(height - 4)\" text-anchor=\"middle\">"
        return out + "(fitted - true) / error</text>"
    }
}
