import Foundation
import SQLite
import TestSupport
import Testing

/// A run over a survey's public packets.
struct SharedRun {
    let folder: TemporaryFolder
    let database: Database
    /// The run's report, JSON.
    let report: String

    /// - Parameter packets: Their path below the folder of public alerts.
    /// - Throws: What keeps the run from starting, or its database from being read.
    init(_ packets: String) throws {
        folder = try TemporaryFolder()
        let packets = try #require(SharedFolder.alerts).appending(path: packets).path
        let run = try NightjarProcess(["run", packets, "--data", folder.file("data"), "--json", "--quiet"]).outcome()
        #expect(run.status == 0, "\(run.errors)")
        report = run.output
        database = try Database(path: folder.file("data") + "/nightjar.db", mode: .readOnly)
    }

    var data: String { folder.file("data") }
}
