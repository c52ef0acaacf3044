import BigQuery
import CloudBroker
import Foundation
import PubSub
import TestServers
import TestSupport
import Testing

extension CloudNightTests {
    @Test("a stage that is stopped while BigQuery is away ends in seconds; its rows wait among the arrivals")
    func stoppedWithoutBigQuery() throws {
        let server = try BigQueryEmulator()
        let station = try CloudStation(bigQuery: server)
        try station.setUp()
        try station.makePlain(.table)
        try StreamOutput(Publisher(station.pubSub, to: station.topicName(.alertData))).publish(
            try (1...3).map { StreamOutput.Message(data: try SmallPacket(candid: $0).container(), attributes: [:]) })
        let stage = try station.stage(.table)
        let query = "SELECT 1 FROM \(station.table("DIASource_arrivals"))"
        #expect(stage.waits { (try? station.bigQuery.query(query, project: station.project).count) == 3 })
        server.kill()
        stage.send(SIGTERM)
        // The service's clients try again for two minutes.
        let outcome = try stage.outcome(within: 60)
        #expect(outcome.status == 0 && outcome.errors.contains("the last arrivals wait"), "\(outcome)")
        #expect(outcome.lines.count == 1 && outcome.output.hasPrefix("{"), "\(outcome)")
    }
}
