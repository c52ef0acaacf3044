import Foundation
import LoopbackServer
import TestServers
import TestSupport
import Testing

/// The tests start some two thousand processes. None may leave a descriptor open: Debian's limit is 1,024.
///
/// Each count is taken in a process of its own, where no other test opens anything.
@Suite struct DescriptorTests {
    @Test("commands leave no descriptor open") func commands() async {
        await #expect(processExitsWith: .success) {
            _ = try NightjarProcess.run("version")
            let before = try Descriptors.open()
            for _ in 0..<20 {
                _ = try NightjarProcess.run("version")
                let read = try NightjarProcess(["avro", "cat", "-"], input: Pipe())
                try #require(!read.ends(within: 0))
                read.kill()
                #expect(try read.outcome().status == nil)
            }
            #expect(try Descriptors.open(returningTo: before).count <= before.count)
        }
    }

    @Test("a command that a test lets go of is ended") func abandoned() async {
        await #expect(processExitsWith: .success) {
            let child = try { try NightjarProcess(["avro", "cat", "-"], input: Pipe()).identifier }()
            while kill(child, 0) == 0 { usleep(1_000) }
        }
    }

    @Test("servers leave no descriptor open") func servers() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            func serve(_ name: String) throws {
                try ServerProcess(["sleep", "600"], log: URL(filePath: folder.file(name))).kill()
                _ = try LoopbackServer()
            }
            try serve("first")
            let before = try Descriptors.open()
            for number in 0..<5 { try serve("\(number)") }
            #expect(try Descriptors.open(returningTo: before).count <= before.count)
        }
    }
}
