import Foundation
import GRPC
import TestServers
import Testing

@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct StreamTests {
    private let server: PlainServer
    private let channel: GRPCChannel

    init() throws {
        server = try PlainServer()
        channel = try server.channel()
    }

    @Test func theServerStreams() throws {
        let stream = try channel.open("Count")
        try stream.send(bytes("500"))
        try stream.finishSending()
        for number in 0..<500 { #expect(try stream.next() == .message(bytes("\(number)"))) }
        #expect(try stream.next() == .end)
        #expect(try stream.next() == .end)
    }

    @Test func bothSidesStream() throws {
        let stream = try channel.open("Chat")
        #expect(try stream.receive(timeout: .milliseconds(50)) == .nothing)
        #expect(try stream.receive(timeout: .zero) == .nothing)
        for length in [0, 1, 5, 16_384, 3_000_000, 2] {
            let message = [UInt8](repeating: UInt8(length % 251), count: length)
            try stream.send(message)
            #expect(try stream.next() == .message(message))
        }
        try stream.finishSending()
        #expect(try stream.next() == .end)
    }

    /// Far more than the flow control's windows hold, so that both sides wait for each other.
    @Test func oneThreadSendsWhileAnotherReceives() throws {
        let stream = try channel.open("Chat", deadline: .seconds(60))
        let failures = Failures()
        let message = [UInt8](repeating: 9, count: 65_000)
        Thread.detachNewThread {
            do {
                for _ in 0..<1_000 { try stream.send(message) }
                try stream.finishSending()
            } catch { failures.add() }
        }
        var received = 0
        while case .message(let next) = try stream.next() {
            if next != message { failures.add() }
            received += 1
        }
        #expect(received == 1_000 && failures.count == 0)
    }

    @Test func theServerEndsEarly() throws {
        let stream = try channel.open("Chat")
        try stream.send(bytes("bye"))
        #expect(try stream.next() == .end)
        #expect(try #require(throws: GRPCError.self) { try stream.send(bytes("more")) }.code == .unavailable)
        #expect(try stream.next() == .end)
    }

    @Test func theServerFails() throws {
        let stream = try channel.open("Chat")
        try stream.send(bytes("one"))
        #expect(try stream.next() == .message(bytes("one")))
        try stream.send(bytes("drop"))
        let error = try #require(throws: GRPCError.self) { try stream.next() }
        #expect(error.code == .resourceExhausted && error.detail == "dropped")
        #expect(throws: error) { try stream.next() }
        #expect(throws: error) { try stream.send(bytes("more")) }
        #expect(throws: error) { try stream.finishSending() }
    }

    @Test func aStreamIsCancelledWhileOthersWait() throws {
        let stream = try channel.open("Deaf")
        let failures = Failures()
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            // The server takes none of it: the windows fill up.
            do throws(GRPCError) {
                while true { try stream.send([UInt8](repeating: 0, count: 1 << 20)) }
            } catch {
                if error.code != .cancelled { failures.add() }
            }
            ended.signal()
        }
        #expect(try channel.call("HasBegun", bytes("300")) == bytes("yes"))
        #expect(try stream.receive(timeout: .milliseconds(300)) == .nothing)
        #expect(ended.wait(timeout: .now()) == .timedOut)
        stream.cancel()
        #expect(try #require(throws: GRPCError.self) { try stream.next() }.code == .cancelled)
        ended.wait()
        #expect(failures.count == 0)
        #expect(try channel.call("WasCancelled", bytes("300")) == bytes("yes"))
    }

    @Test func aStreamLetGoIsCancelled() throws {
        do {
            let stream = try channel.open("Deaf")
            try stream.send(bytes("one"))
            #expect(try channel.call("HasBegun", bytes("300")) == bytes("yes"))
        }
        #expect(try channel.call("WasCancelled", bytes("300")) == bytes("yes"))
    }

    @Test func aDeadlinePasses() throws {
        let stream = try channel.open("Deaf", deadline: .milliseconds(300))
        #expect(try #require(throws: GRPCError.self) { try stream.next() }.code == .deadlineExceeded)
    }

    @Test func theServerIsLost() throws {
        let stream = try channel.open("Chat", deadline: nil)
        try stream.send(bytes("one"))
        #expect(try stream.next() == .message(bytes("one")))
        server.kill()
        #expect(try #require(throws: GRPCError.self) { try stream.next() }.code == .unavailable)
    }

    /// A server that no longer answers, though its connection stands: stopped, so that its kernel still takes bytes.
    @Test func aSilentServerCountsAsLost() throws {
        var settings = GRPCSettings()
        settings.keepAlive = .milliseconds(500)
        settings.keepAliveTimeout = .seconds(5)
        let stream = try server.channel(settings).open("Chat", deadline: nil)
        try stream.send(bytes("one"))
        #expect(try stream.next() == .message(bytes("one")))
        let pid = try #require(server.process?.pid)
        kill(pid, SIGSTOP)
        defer { kill(pid, SIGCONT) }
        let error = try #require(throws: GRPCError.self) { try stream.next() }
        #expect(error.code == .unavailable, "\(error)")
    }
}
