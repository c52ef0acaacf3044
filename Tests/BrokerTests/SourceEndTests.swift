import Broker
import DataLayout
import Foundation
import Packets
import Query
import TestSupport
import Testing

/// The ledger's mark of sources that were not read to their end.
@Suite struct SourceEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func account() throws -> LedgerAccount { try DataReader([folder.file("data")]).ledger() }

    private func run(_ sources: [String]) throws -> [SourceError] {
        let sources = try sources.map { try Source.local(folder.file($0)) }
        return try Run(Run.Options(folder: folder.file("data"), sources: sources)).run().failures
    }

    private func run(_ intake: ListIntake) throws {
        _ = try Run(Run.Options(folder: folder.file("data"), intakes: [intake])).run()
    }

    private static let list = SourceKey(name: "list", fingerprint: "", partition: 0)

    @Test("files that are read whole are complete, a tarball that is cut off is not, also when it is read again")
    func files() throws {
        for number in 1...20 {
            try folder.write(SmallPacket(candid: Int64(number)).container(), to: "night/\(number).avro")
        }
        try tar("night.tar", "night")
        let whole = try Data(contentsOf: URL(filePath: folder.file("night.tar")))
        try folder.write(whole.prefix(whole.count / 2), to: "cut.tar")
        for number in 21...30 {
            try folder.write(SmallPacket(candid: Int64(number)).container(), to: "rest/\(number).avro")
        }
        for _ in 1...2 {
            #expect(try run(["cut.tar", "rest"]).count == 1)
            let rows = try account().entries.map(\.row)
            #expect(rows.filter { $0.isComplete == true }.map(\.source) == [folder.file("rest")])
            #expect(Set(rows.filter { $0.isComplete == false }.map(\.source)) == [folder.file("cut.tar")])
            #expect(try account().unread.count == 1)
        }
        #expect(try run(["night.tar"]).isEmpty)
        #expect(try account().entries.map(\.row).filter { $0.isComplete == true }.count == 2)
    }

    @Test("a run that breaks off leaves the mark, and one that reads to the end takes it away") func brokenOff() throws
    {
        try run(ListIntake { intake, queue in _ = queue.put(intake.batch(1...3)) })
        #expect(try account().entries.map(\.row.isComplete) == [false])
        #expect(
            try account().unread == ["\(folder.file("data")): list was not read to its end; 'nightjar run' reads on"])
        // Nothing more is there: its end is news enough.
        try run(ListIntake { intake, queue in _ = queue.put(intake.batch(1...3)) && queue.put(endOf: Self.list) })
        #expect(try account().entries.map(\.row.isComplete) == [true])
        try run(ListIntake { intake, queue in _ = queue.put(intake.batch(1...3)) })
        #expect(try account().entries.map(\.row.isComplete) == [true])
        #expect(try account().unread == [])
    }

    private func tar(_ name: String, _ members: String) throws {
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "--sort=name", "-C", folder.path, "-cf", folder.file(name), members]
        try tar.run()
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
    }
}
