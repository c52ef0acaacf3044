import Foundation
import GRPC
import TestServers
import Testing

@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct UnaryTests {
    private let server: PlainServer

    init() throws { server = try PlainServer() }

    @Test func aRequestIsAnswered() throws {
        let channel = try server.channel()
        for request in [[], bytes("alert"), [UInt8](repeating: 3, count: 1_000_000)] {
            #expect(try channel.call("Echo", request) == request)
        }
        let several = try (0..<200).map { number in
            try channel.start("/nightjar.Test/Echo", bytes("\(number)"), deadline: .seconds(20))
        }
        for (number, call) in several.enumerated().reversed() { #expect(try call.wait() == bytes("\(number)")) }
        // Asked for again, the answer is the same.
        #expect(try several[7].wait() == bytes("7"))
    }

    @Test func metadataArrive() throws {
        var settings = GRPCSettings()
        settings.userAgent = "nightjar/1.0"
        let channel = try server.channel(settings)
        let answer = try channel.call(
            "Metadata", metadata: [("authorization", "Bearer tiger"), ("x-goog-request-params", "topic=a%2Fb")])
        let read = try JSONDecoder().decode([String: String].self, from: Data(answer))
        #expect(read["authorization"] == "Bearer tiger")
        #expect(read["x-goog-request-params"] == "topic=a%2Fb")
        #expect(read["user-agent"]?.hasPrefix("nightjar/1.0 ") == true)
        // Nothing is kept for the next call.
        let next = try JSONDecoder().decode([String: String].self, from: Data(try channel.call("Metadata")))
        #expect(next["authorization"] == nil)
    }

    @Test func theServersErrorsAreTold() throws {
        let channel = try server.channel()
        let details = #"{"reason": "what the server adds"}"#
        for number in 1...16 {
            let request = try JSONEncoder().encode([.number(number), .text("no \(number)"), .text(details)] as [Word])
            let error = try #require(throws: GRPCError.self) { try channel.call("Fail", Array(request)) }
            #expect(error.code == GRPCStatus(rawValue: number))
            #expect(error.detail == "no \(number)")
            #expect(error.details == bytes(details))
            #expect(error.method == "/nightjar.Test/Fail" && error.target == "127.0.0.1:\(server.port)")
            #expect("\(error)" == "grpc: /nightjar.Test/Fail at \(error.target): \(error.code): no \(number)")
        }
    }

    @Test func aMethodThatIsNotThere() throws {
        let error = try #require(throws: GRPCError.self) { try server.channel().call("Nothing") }
        #expect(error.code == .unimplemented && error.details.isEmpty)
    }

    @Test func aDeadlinePasses() throws {
        let channel = try server.channel()
        // The server answers after an hour, so that no deadline races it. It stops when the caller does.
        for deadline in [Duration.milliseconds(300), .zero] {
            let clock = ContinuousClock()
            let start = clock.now
            let error = try #require(throws: GRPCError.self) {
                try channel.call("Sleep", bytes("3600"), deadline: deadline)
            }
            #expect(error.code == .deadlineExceeded)
            // gRPC counts whole milliseconds.
            #expect(clock.now - start > deadline - .milliseconds(10))
        }
    }

    @Test func aCallIsCancelled() throws {
        let channel = try server.channel()
        let call = try channel.start("/nightjar.Test/Sleep", bytes("300"), deadline: .seconds(300))
        call.cancel()
        #expect(try #require(throws: GRPCError.self) { try call.wait() }.code == .cancelled)
    }

    /// Nobody waits for the answer any more: the server is told.
    @Test func aCallLetGoIsCancelled() throws {
        let channel = try server.channel()
        _ = try channel.call("Echo")  // connected
        do {
            let call = try channel.start("/nightjar.Test/Sleep", bytes("300"), deadline: .seconds(300))
            #expect(try channel.call("HasBegun", bytes("300"), deadline: .seconds(300)) == bytes("yes"))
            withExtendedLifetime(call) {}
        }
        #expect(try channel.call("WasCancelled", bytes("300"), deadline: .seconds(300)) == bytes("yes"))
    }

    @Test func messagesHaveALimit() throws {
        var settings = GRPCSettings()
        settings.largestSent = 1_000
        settings.largestReceived = 2_000
        let channel = try server.channel(settings)
        #expect(try channel.call("Echo", [UInt8](repeating: 0, count: 1_000)).count == 1_000)
        let sent = try #require(throws: GRPCError.self) {
            try channel.call("Echo", [UInt8](repeating: 0, count: 1_001))
        }
        #expect(sent.code == .resourceExhausted, "\(sent)")
        #expect(try channel.call("Zeros", bytes("2000")).count == 2_000)
        let received = try #require(throws: GRPCError.self) { try channel.call("Zeros", bytes("2001")) }
        #expect(received.code == .resourceExhausted, "\(received)")
        #expect(try server.channel().call("Zeros", bytes("50000000")).count == 50_000_000)
    }

    @Test func aServerIsLostAndComesBack() throws {
        let channel = try server.channel()
        let call = try channel.start("/nightjar.Test/Sleep", bytes("300"), deadline: .seconds(300))
        _ = try channel.call("Echo", bytes("up"))
        server.kill()
        #expect(try #require(throws: GRPCError.self) { try call.wait() }.code == .unavailable)
        #expect(try #require(throws: GRPCError.self) { try channel.call("Echo") }.code == .unavailable)
        try server.start()
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(300)
        var answer: [UInt8]?
        while answer == nil && clock.now < deadline { answer = try? channel.call("Echo", bytes("again")) }
        #expect(answer == bytes("again"))
    }

    @Test func nobodyIsThere() throws {
        for target in ["127.0.0.1:1", "nobody.invalid:443"] {
            let channel = try GRPCChannel(target, security: .plaintext)
            let error = try #require(throws: GRPCError.self) { try channel.call("Echo", deadline: .seconds(300)) }
            #expect(error.code == .unavailable && error.target == target, "\(error)")
        }
    }

    @Test func encryptedChannels() throws {
        let server = try PlainServer(isEncrypted: true)
        let roots = try server.certificate
        let channel = try GRPCChannel("localhost:\(server.port)", security: .tls(roots: roots))
        #expect(try channel.call("Echo", bytes("secret")) == bytes("secret"))
        // Not signed by a root of the system's; not the name in the certificate; no encryption at all.
        let others: [(String, GRPCSecurity, String)] = [
            ("localhost", .tls(roots: nil), "certificate verify failed"),
            ("127.0.0.1", .tls(roots: roots), "127.0.0.1 is not in peer certificate"),
            ("localhost", .plaintext, "Socket closed"),
        ]
        for (host, security, reason) in others {
            let error = try #require(throws: GRPCError.self) {
                try GRPCChannel("\(host):\(server.port)", security: security).call("Echo", deadline: .seconds(10))
            }
            #expect(error.code == .unavailable && error.detail.contains(reason), "\(error)")
        }
        let error = try #require(throws: GRPCError.self) {
            try GRPCChannel("localhost:\(server.port)", security: .tls(roots: "no certificate"))
        }
        #expect(error.code == .invalidArgument)
    }

    @Test func manyThreadsShareAChannel() throws {
        let channel = try server.channel()
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<50 {
                let request = bytes("\(thread) \(number)")
                if (try? channel.call("Echo", request)) != request { failures.add() }
            }
        }
        #expect(failures.count == 0)
    }
}

@Test(
    "refuses metadata that HTTP/2 does not allow",
    arguments: [
        ("Authorization", "tiger"), ("a b", "tiger"), ("", "tiger"), ("authorization", "tiger\nx: y"),
        ("authorization", "tiger\u{0}"),
    ]) func metadataAreChecked(name: String, value: String) throws
{
    let channel = try GRPCChannel("127.0.0.1:1", security: .plaintext)
    let error = try #require(throws: GRPCError.self) {
        try channel.unary("/a/b", [], metadata: [("fine", "fine"), (name, value)], deadline: .seconds(1))
    }
    #expect(error.code == .invalidArgument && !"\(error)".contains("tiger"))
    #expect(throws: GRPCError.self) { try channel.stream("/a/b", metadata: [(name, value)], deadline: nil) }
}

/// A number or a text of a JSON array.
private enum Word: Encodable {
    case number(Int)
    case text(String)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }
}
