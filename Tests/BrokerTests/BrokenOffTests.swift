import Avro
import Broker
import Foundation
import Packets
import Pipeline
import TestSupport
import Testing
import Threads

/// Ctrl-C ends the writer of a pipe as well, whose end may be noticed before the run itself is asked to stop.
@Suite struct BrokenOffTests {
    private struct NoTarball: Error {}

    private let folder: TemporaryFolder
    private let tarball: Data

    init() throws {
        folder = try TemporaryFolder()
        for number in 1...50 { try folder.write(SmallPacket(candid: Int64(number)).container(), to: "night/\(number)") }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "-C", folder.path, "-cf", folder.file("night.tar"), "night"]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw NoTarball() }
        tarball = try Data(contentsOf: URL(filePath: folder.file("night.tar")))
    }

    /// Runs over a pipe whose writer goes after some bytes of the tarball, or of something else.
    private func run(
        _ whole: Data? = nil, bytes: Int, grace: Duration, then ended: @escaping @Sendable () -> Void = {},
        stop: StopSignal = StopSignal()
    ) throws -> (report: Report, failures: [SourceError]) {
        let pipe = folder.file("pipe-\(UUID().uuidString)")
        try #require(mkfifo(pipe, 0o600) == 0)
        var source = FileSources([.file(path: pipe)])
        source.stopGrace = grace
        let options = Run.Options(folder: folder.file("data-\(UUID().uuidString)"), intakes: [source])
        let some = (whole ?? tarball).prefix(bytes)
        Thread.detachNewThread {
            // Opened once the run has opened it too.
            let writer = FileHandle(forWritingAtPath: pipe)
            try? writer?.write(contentsOf: some)
            try? writer?.close()
            ended()
        }
        return try Run(options, stop: stop).run()
    }

    @Test("a pipe that ends before the signal arrives is not a failure", arguments: [0, 300, 30_000])
    func stopped(bytes: Int) throws {
        for _ in 0..<10 {
            let stop = StopSignal()
            let outcome = try run(bytes: bytes, grace: .seconds(300), then: { stop.set() }, stop: stop)
            #expect(outcome.failures == [] && outcome.report.isStopped && outcome.report.addsUp)
        }
    }

    @Test("a pipe that ends, with no signal after it, is a failure", arguments: [0, 300, 30_000])
    func broken(bytes: Int) throws {
        let outcome = try run(bytes: bytes, grace: .zero)
        #expect(outcome.failures.count == 1 && !outcome.report.isStopped && outcome.report.addsUp)
    }

    /// A container of three records in a block each, the last without its end.
    private func container(cutBy missing: Int) throws -> (whole: Data, bytes: Int) {
        let encoder = ContainerEncoder(schema: SmallPacket.schema.utf8, sync: SyncMarker(low: 1, high: 2))
        var all = encoder.header
        for candid in 1...3 {
            try encoder.block(count: 1, data: SmallPacket(candid: Int64(candid)).body[...], into: &all)
        }
        return (Data(all), all.count - missing)
    }

    @Test(
        "a single container in a pipe that ends before the signal arrives is not a dead letter",
        arguments: [1, 20, 700])
    func containerStopped(missing: Int) throws {
        let container = try container(cutBy: missing)
        for _ in 0..<5 {
            let stop = StopSignal()
            let outcome = try run(
                container.whole, bytes: container.bytes, grace: .seconds(300), then: { stop.set() }, stop: stop)
            #expect(outcome.failures == [] && outcome.report.isStopped && outcome.report.addsUp)
            #expect(outcome.report[.deadLettered] == 0 && outcome.report[.received] == 0)
        }
    }

    @Test("a whole container is stored at once, and one that is cut without a signal is a dead letter")
    func containerBroken() throws {
        let (whole, cut) = (try container(cutBy: 0), try container(cutBy: 20))
        let taken = try run(whole.whole, bytes: whole.bytes, grace: .seconds(300))
        #expect(taken.report[.stored] == 3 && taken.failures == [])
        let broken = try run(cut.whole, bytes: cut.bytes, grace: .zero)
        #expect(broken.report[.stored] == 2 && broken.report[.deadLettered] == 1 && !broken.report.isStopped)
    }
}
