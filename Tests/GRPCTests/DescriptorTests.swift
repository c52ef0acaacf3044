import Foundation
import GRPC
import TestServers
import TestSupport
import Testing

/// Channels that are let go of leave no descriptor open, whether a server answered or not.
@Suite(.enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct DescriptorTests {
    @Test func channels() async {
        await #expect(processExitsWith: .success) {
            let server = try PlainServer()
            let closed = try Ports.free()
            func call() throws {
                #expect(try server.channel().call("Echo", bytes("x")) == bytes("x"))
                let nobody = try GRPCChannel("127.0.0.1:\(closed)", security: .plaintext)
                #expect(throws: GRPCError.self) { _ = try nobody.call("Echo") }
            }
            for _ in 0..<10 { try call() }
            let before = try Descriptors.open()
            for _ in 0..<300 { try call() }
            // The library closes a connection some time after its channel has gone.
            #expect(try Descriptors.open(returningTo: before).count <= before.count)
        }
    }
}
