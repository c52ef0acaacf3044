import Foundation
import LocalSockets
import TestSupport
import Testing

/// Frames between two programs of a machine.
@Suite struct FrameTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func pair(at path: String) throws -> (client: FrameConnection, server: FrameConnection, FrameListener) {
        let listener = try FrameListener(at: path)
        let client = try FrameConnection(to: path)
        return (client, try #require(listener.accept(within: .seconds(60))), listener)
    }

    @Test("a path of any length, and frames of any length both ways", arguments: [1, 60, 100, 150, 240])
    func anyPath(length: Int) throws {
        var parent = folder.file("a")
        while parent.utf8.count < length { parent += "/" + String(repeating: "n", count: 40) }
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let (client, server, listener) = try pair(at: parent + "/nightjar.sock")
        for count in [0, 1, 100_000] {
            let frame = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            try client.send(frame, within: .seconds(60))
            #expect(try server.receive(limit: 100_000, within: .seconds(60)) == frame)
            try server.send(frame, within: .seconds(60))
            #expect(try client.receive(limit: 100_000, within: .seconds(60)) == frame)
        }
        var status = stat()
        #expect(stat(parent + "/nightjar.sock", &status) == 0 && status.st_mode & 0o777 == 0o600)
        listener.remove()
        let error = try #require(throws: SocketError.self) { try FrameConnection(to: parent + "/nightjar.sock") }
        #expect(error.code == .nobody)
    }

    @Test("a socket that a dead program left is replaced, and a file is not") func stale() throws {
        let path = folder.file("s.sock")
        do { _ = try FrameListener(at: path) }
        #expect(throws: SocketError.self) { try FrameConnection(to: path) }
        let (client, server, _) = try pair(at: path)
        try client.send([1], within: .seconds(60))
        #expect(try server.receive(limit: 1, within: .seconds(60)) == [1])
        let file = try folder.write([1], to: "file")
        #expect(throws: SocketError.self) { try FrameListener(at: file) }
        #expect(FileManager.default.fileExists(atPath: file))
    }

    @Test("too long, cut, silent and gone") func hostile() throws {
        let (client, server, _) = try pair(at: folder.file("s.sock"))
        #expect(throws: SocketError.self) { try server.receive(limit: 10, within: .milliseconds(1)) }
        try client.send([UInt8](repeating: 0, count: 11), within: .seconds(60))
        let long = try #require(throws: SocketError.self) { try server.receive(limit: 10, within: .seconds(60)) }
        #expect(long.code == .refused)
        #expect(!client.isClosed)
    }

    @Test("a program that has gone is noticed") func gone() throws {
        let path = folder.file("s.sock")
        let listener = try FrameListener(at: path)
        var client: FrameConnection? = try FrameConnection(to: path)
        let server = try #require(listener.accept(within: .seconds(60)))
        #expect(!server.isClosed)
        withExtendedLifetime(client) {}
        client = nil
        #expect(server.isClosed)
        let error = try #require(throws: SocketError.self) { try server.receive(limit: 10, within: .seconds(60)) }
        #expect(error.code == .closed)
        #expect(throws: SocketError.self) {
            for _ in 0..<1_000 { try server.send([UInt8](repeating: 0, count: 100_000), within: .seconds(60)) }
        }
    }

    @Test("no address", arguments: ["", "a\0b", "@" + String(repeating: "x", count: 200)]) func noAddress(text: String)
    {
        #expect(throws: SocketError.self) { try FrameConnection(to: text) }
        #expect(throws: SocketError.self) { try DatagramSocket(to: text) }
    }
}
