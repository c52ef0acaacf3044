import Alerts
import Broker
import DataLayout
import Foundation
import Packets
import Query
import Pipeline
import TestSupport
import Testing

/// A process may have few files open: Debian's limit is 1,024, and what one call leaks a server leaks all night.
///
/// Each count is taken in a process of its own, where no other test opens anything.
@Suite struct DescriptorTests {
    @Test("a run over more nights than a process may have files open") func run() async {
        await #expect(processExitsWith: .success) {
            let (folder, nights) = (try TemporaryFolder(), 300)
            for number in 0..<nights {
                var packet = SmallPacket(candid: Int64(number + 1))
                packet.jd += Double(number)
                try folder.write(packet.container(), to: "in/\(1000 + number).avro")
            }
            var limit = rlimit(rlim_cur: 128, rlim_max: 128)
            try #require(setrlimit(__rlimit_resource_t(7), &limit) == 0)
            let source = try Source.local(folder.file("in"))
            func run() throws -> Report {
                try Run(Run.Options(folder: folder.file("data"), sources: [source])).run().report
            }
            #expect(try run()[.stored] == nights)
            let before = try Descriptors.open()
            #expect(before.filter { $0.hasPrefix(folder.path) } == [])
            #expect(try run()[.duplicates] == nights)
            #expect(try Descriptors.open(returningTo: before).count <= before.count)
        }
    }

    @Test("released readers leave no descriptor open") func readers() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            try folder.write(SmallPacket(candid: 1).container(), to: "in/1.avro")
            let data = folder.file("data")
            _ = try Run(Run.Options(folder: data, sources: [try Source.local(folder.file("in"))])).run()
            let topic = try #require(Topic(name: "ztf_alert_data"))
            func read() throws {
                #expect(try OpenFolder(data).alert(1).survey == .ztf)
                #expect(try TopicReader(OpenFolder(data), topic: topic).next()?.offset == 0)
                #expect(try DataReader([data]).cone(survey: .ztf, ra: 150, dec: 2, radius: 1).count == 1)
                #expect(try DataReader([data]).ledger().entries.map(\.row).count == 1)
                #expect(try DataReader([data]).deadLetters().map(\.letter) == [])
                #expect(throws: BrokerError.self) { _ = try OpenFolder(data).alert(2) }
                #expect(throws: BrokerError.self) { _ = try OpenFolder(folder.path) }
            }
            try read()
            let before = try Descriptors.open()
            for _ in 0..<1_000 { try read() }
            #expect(try Descriptors.open(returningTo: before).count <= before.count)
        }
    }
}
