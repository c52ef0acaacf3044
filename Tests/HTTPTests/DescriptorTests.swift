import HTTP
import LoopbackServer
import TestSupport
import Testing

/// Clients and downloads that are let go of leave no descriptor open, read to their end or not.
@Suite struct DescriptorTests {
    @Test func transfers() async {
        await #expect(processExitsWith: .success) {
            let server = try LoopbackServer()
            func transfer() throws {
                #expect(try HTTP.get("\(server.plain)/whole?size=100", limit: 100).count == 100)
                let request = HTTPRequest(.get, "\(server.plain)/request")
                #expect(try HTTPClient().send(request, limit: 10_000, deadline: .seconds(60)).status == 200)
                let download = try HTTPDownload("\(server.plain)/whole?size=3000000")
                var beginning = [UInt8](repeating: 0, count: 1_000)
                #expect(try beginning.withUnsafeMutableBytes { try download.read(into: $0) } > 0)
                var few = HTTPSettings()
                (few.firstWait, few.retries) = (.milliseconds(1), 1)
                #expect(throws: HTTPError.self) { _ = try HTTP.get("http://127.0.0.1:1/", limit: 1, settings: few) }
            }
            try transfer()
            let before = try Descriptors.open()
            for _ in 0..<300 { try transfer() }
            #expect(try Descriptors.open(returningTo: before).count <= before.count)
        }
    }
}
