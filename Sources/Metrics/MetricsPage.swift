/// Metrics with their values as text, in the exposition format 0.0.4 of Prometheus.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
package struct MetricsPage: Sendable {
    /// The media type of the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var samples: [Metric: [String]] = [:]

    /// A page without values.
    package init() {}

    /// Adds a value.
    ///
    /// - Parameters:
    ///   - metric: What it is a value of; a counter or a gauge.
    ///   - labels: The values of the metric's labels, in their order.
    ///   - value: The value.
    package mutating func add(_ metric: Metric, _ labels: String..., value: Double) {
        precondition(metric.kind != .histogram, "a histogram has buckets")
        samples[metric, default: []].append(Self.line(metric.name, pairs(metric, labels), value))
    }

    /// Adds a value that is a whole number.
    package mutating func add(_ metric: Metric, _ labels: String..., value: Int) {
        samples[metric, default: []].append("\(metric.name)\(Self.braced(pairs(metric, labels))) \(value)")
    }

    /// Adds a histogram.
    ///
    /// - Parameters:
    ///   - metric: What it is of.
    ///   - labels: The values of the metric's labels, in their order.
    ///   - buckets: Upper bounds, ascending, each with the number of values up to it.
    ///   - count: The number of all values.
    ///   - sum: Their sum.
    package mutating func add(
        _ metric: Metric, _ labels: String..., buckets: [(bound: Double, count: Int)], count: Int, sum: Double
    ) {
        precondition(metric.kind == .histogram, "only a histogram has buckets")
        let pairs = pairs(metric, labels)
        var lines = buckets.map { bucket in
            "\(metric.name)_bucket\(Self.braced(pairs + [("le", Self.text(bucket.bound))])) \(bucket.count)"
        }
        lines.append("\(metric.name)_bucket\(Self.braced(pairs + [("le", "+Inf")])) \(count)")
        lines.append(Self.line("\(metric.name)_sum", pairs, sum))
        lines.append("\(metric.name)_count\(Self.braced(pairs)) \(count)")
        samples[metric, default: []] += lines
    }

    /// The page's text.
    package var text: String {
        var text = ""
        for metric in Metric.all {
            guard let lines = samples[metric] else { continue }
            text += "# HELP \(metric.name) \(Self.escaped(metric.help, quotes: false))\n"
            text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for line in lines { text += line + "\n" }
        }
        return text
    }

    // MARK: - Text

    private func pairs(_ metric: Metric, _ labels: [String]) -> [(String, String)] {
        precondition(labels.count == metric.labels.count, "\(metric.name) has the labels \(metric.labels)")
        return zip(metric.labels, labels).map { ($0, $1) }
    }

    private static func line(_ name: String, _ pairs: [(String, String)], _ value: Double) -> String {
        "\(name)\(braced(pairs)) \(text(value))"
    }

    private static func braced(_ pairs: [(String, String)]) -> String {
        guard !pairs.isEmpty else { return "" }
        return "{" + pairs.map { "\($0)=\"\(escaped($1, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    /// Backslashes and newlines, and quotes in labels, are escaped; a label may be any text of a packet or topic.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }
}
