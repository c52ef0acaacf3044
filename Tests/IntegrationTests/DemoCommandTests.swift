import Foundation
import Glibc
import HTTP
import TestSupport
import Testing

@Suite struct DemoCommandTests {
    @Test("a demo sends a night to a run and shows it, and ends both on a signal") func demo() throws {
        let folder = try TemporaryFolder()
        let process = try NightjarProcess(
            [
                "demo", "--data", "\(folder.path)/demo", "--alerts", "60", "--speed", "10000", "--listen",
                "127.0.0.1:0",
            ])
        try #require(process.waits(until: { process.output.contains("the night is over") }))
        let line = try #require(process.output.split(separator: "\n").first { $0.hasPrefix("listening on ") })
        let address = line.dropFirst("listening on ".count)
        let response = try HTTPClient().send(
            HTTPRequest(.get, "\(address)api/v1/tonight", headers: [], body: []), limit: 1 << 20, deadline: .seconds(60)
        )
        let body = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        let night = try #require((body?["nights"] as? [[String: Any]])?.first)
        #expect((night["totals"] as? [String: Any])?["stored"] as? Int == 60)
        process.send(SIGTERM)
        #expect(try process.outcome().status == 0)
    }

    @Test("a demo does not write into a folder that is there") func refused() throws {
        let folder = try TemporaryFolder()
        let outcome = try NightjarProcess(["demo", "--data", folder.path]).outcome()
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("is there already"))
    }
}
