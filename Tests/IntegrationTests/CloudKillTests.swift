import CloudStorage
import CloudBroker
import Foundation
import TestSupport
import Testing

extension CloudNightTests {
    /// Pub/Sub has no idempotent publishing: of a message that was at work when its stage died the streams may hold two,
    /// and whoever reads them keeps the first of an id. Objects and rows are there once.
    ///
    /// The emulator goes on giving messages to the stream of a process that died, and takes what it gave five times for a
    /// dead letter: so the stages die once, and their subscriptions are made without that rule.
    @Test("stages that are killed while they work end with everything, and everything once")
    func killed() throws {
        let station = try CloudStation()
        try station.setUp()
        for stage in [CloudNames.StageName.archive, .table] { try station.makePlain(stage) }
        let night = try CloudNight(alerts: 120)
        let consumed = try station.consume(night.address).outcome()
        #expect(consumed.status == 0, "\(consumed)")

        // Few messages at a time, so that there is time to kill them.
        let first = try [.archive, .table].map { try station.stage($0, "--lease", "10", "--batch", "2") }
        let works = try first[0].waits { try station.objects(station.archiveBucket).count > 4 }
        #expect(works, "the archive stage takes nothing: \(first[0].errors)")
        for stage in first { stage.kill() }
        for stage in first { _ = try stage.outcome() }
        #expect(try station.objects(station.archiveBucket).count < night.alerts, "nothing was left to do")

        let archive = try station.stage(.archive, "--lease", "10")
        let isArchived = try archive.waits {
            try station.objects(station.archiveBucket).count == night.alerts
        }
        #expect(isArchived, "\(archive.errors)")
        archive.terminate()
        let drained = try archive.outcome()
        #expect(drained.status == 0, "\(drained)")
        // What the dead one is given comes again after its lease, or is given to it again.
        var rows = 0
        for _ in 0..<8 where rows < night.alerts {
            let table = try station.stage(.table, "--lease", "10", "--until-idle", "12").outcome()
            #expect(table.status == 0, "\(table)")
            rows = try station.rows("SELECT candid FROM \(station.table("DIASource"))").count
        }

        let objects = try station.objects(station.archiveBucket)
        let ids = Set(objects.compactMap { $0.metadata["candid"].flatMap { Int64($0) } })
        #expect(objects.count == night.alerts && ids.count == night.alerts)
        let found = try station.rows("SELECT candid FROM \(station.table("DIASource"))").compactMap {
            ($0["candid"] as? NSNumber)?.int64Value
        }
        #expect(found.count == night.alerts && Set(found) == ids, "DIASource: \(found.count) rows")
    }
}
