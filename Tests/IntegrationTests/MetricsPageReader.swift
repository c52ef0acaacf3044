import HTTP

/// Reads one value of a program's metrics.
enum MetricsPageReader {
    static func value(_ series: String, _ port: UInt16) -> Double? {
        let response = try? HTTPClient().send(
            HTTPRequest(.get, "http://127.0.0.1:\(port)/metrics"), limit: 1 << 20, deadline: .seconds(60))
        let text = String(decoding: response?.body ?? [], as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return line.flatMap { Double($0.dropFirst(series.count + 1)) }
    }
}
