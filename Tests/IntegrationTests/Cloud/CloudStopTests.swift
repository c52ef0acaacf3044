import BigQuery
import CloudBroker
import Foundation
import PubSub
import TestServers
import TestSupport
import Testing

extension CloudNightTests {
    @Test("a stage that is stopped while BigQuery is away ends in seconds; its rows stay in the staging table")
    func stoppedWithoutBigQuery() throws {
        let server = try BigQueryEmulator()
        let station = try CloudStation(bigQuery: server)
        try station.setUp()
        try station.makePlain(.table)
        // A packet whose second record has no date makes a row and a dead letter, which is sent after the row. The emulator takes
        // no queries while rows are appended.
        var undated = SmallPacket(candid: 2)
        undated.jd = 1e300
        let packet = try SmallPacket.container([SmallPacket(candid: 1), undated])
        try StreamOutput(Publisher(station.pubSub, to: station.topicName(.alertData))).publish([
            (data: packet, attributes: [:])
        ])
        let stage = try station.stage(.table)
        #expect(try station.pull(station.counter(.deadLetters), 1).count == 1)
        server.kill()
        stage.send(SIGTERM)
        // The service's clients try again for two minutes.
        let outcome = try stage.outcome()
        #expect(outcome.status == 0 && outcome.errors.contains("the last staged rows are left"), "\(outcome)")
        #expect(outcome.lines.count == 1 && outcome.output.hasPrefix("{"), "\(outcome)")
    }
}
