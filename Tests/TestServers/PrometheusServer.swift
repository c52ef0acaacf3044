internal import Foundation
internal import HTTP
internal import TestSupport

/// Debian's Prometheus, which scrapes one address and evaluates the alerting rules of deploy/prometheus.
package final class PrometheusServer: Sendable {
    /// Whether it may be started; with `CI=true` it must be there.
    package static let isThere = ContinuousIntegration.runs(
        FileManager.default.isExecutableFile(atPath: "/usr/bin/prometheus"))
    /// Why a test that needs it did not run.
    package static let skipped = "skipped: Debian's package prometheus is not installed"

    private let folder: TemporaryFolder
    private let process: ServerProcess
    private let port: UInt16

    /// Starts it.
    ///
    /// - Parameters:
    ///   - target: The port of this machine that it scrapes every second.
    ///   - rules: A file of alerting rules.
    /// - Throws: Where it does not start.
    package init(scraping target: UInt16, rules: String) throws {
        folder = try TemporaryFolder()
        port = try Ports.free()
        try folder.write(
            Array(
                """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["\(rules)"]
                scrape_configs:
                  - {job_name: nightjar, static_configs: [{targets: ["127.0.0.1:\(target)"]}]}
                """.utf8), to: "prometheus.yml")
        process = try ServerProcess(
            [
                "/usr/bin/prometheus", "--config.file=\(folder.file("prometheus.yml"))",
                "--storage.tsdb.path=\(folder.file("data"))", "--web.listen-address=127.0.0.1:\(port)",
            ], log: URL(filePath: folder.file("log")))
        try process.waitForPort(port)
    }

    /// The value of an expression now; `nil` where it has none, or more than one.
    package func value(_ expression: String) -> Double? {
        struct Answer: Decodable {
            struct Data: Decodable { let result: [Sample] }
            struct Sample: Decodable { let value: [Word] }
            let data: Data
        }
        /// A time is a number, and a value a text.
        enum Word: Decodable {
            case text(String)
            case number(Double)

            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                if let number = try? value.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .text(try value.decode(String.self))
                }
            }
        }
        var query = URLComponents()
        query.queryItems = [URLQueryItem(name: "query", value: expression)]
        guard let text = query.percentEncodedQuery?.replacing("+", with: "%2B"),
            let response = try? HTTPClient().send(
                HTTPRequest(.get, "http://127.0.0.1:\(port)/api/v1/query?\(text)"), limit: 1 << 20,
                deadline: .seconds(60)),
            let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)),
            answer.data.result.count == 1, case .text(let value)? = answer.data.result[0].value.last
        else { return nil }
        return Double(value)
    }
}
