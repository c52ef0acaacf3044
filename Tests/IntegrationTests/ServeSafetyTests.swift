import Foundation
import HTTP
import SQLite
import TestSupport
import Testing

/// What the web server does with those who mean no good, and with folders that are not well.
@Suite struct ServeSafetyTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("night") }
    private static let hostile = "<script>alert(1)</script>\"'\u{1}\u{202e}../../x"

    /// Two alerts, of which one has an object's name that is markup.
    init() throws {
        folder = try TemporaryFolder()
        var packet = SmallPacket(candid: 1)
        try folder.write(packet.container(), to: "source/1.avro")
        (packet.candid, packet.objectId) = (2, Self.hostile)
        try folder.write(packet.container(), to: "source/2.avro")
        let run = try NightjarProcess.run("run", folder.file("source"), "--data", data, "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test("hostile texts come back as they were, and as JSON alone") func texts() throws {
        let served = try Served([data])
        let path =
            "/api/v1/objects/" + (Self.hostile.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        let response = try served.ask(path)
        #expect(response.status == 200 && response.header("Content-Type") == "application/json")
        #expect(response.header("X-Content-Type-Options") == "nosniff")
        #expect((try served.json(path)["object"] as? [String: Any])?["objectId"] as? String == Self.hostile)
        let problem = try served.problem("/api/v1/objects/%3Cb%3E%22")
        #expect(problem.status == 404 && problem.detail.contains("<b>\"") && problem.detail.contains("/api/v1/cone"))
        #expect(try served.problem("/api/v1/alerts/2/plot.png").status == 404)
        #expect(try served.problem("/api/v1/alerts/2/cutouts/science.png").status == 404)
    }

    @Test(
        "paths lead nowhere",
        arguments: [
            "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/alerts/1/plot.png/../../x",
            "/api/v1/alerts/%00",
            "/api/v1/alerts/%ff", "/api/v1/objects/", "/%7f", "/api/v1/sql?query=1&query=2", "/api/v1/ledger?x=1",
            "/api/v1/nights?" + String(repeating: "a=1&", count: 100),
        ])
    func paths(path: String) throws {
        let served = try Served([data])
        let status = try served.ask(path).status
        #expect([303, 400, 404].contains(status), "\(path): \(status)")
        #expect(try served.ask("/api/v1").status == 200)
    }

    @Test("long headers and addresses are refused, and others served") func long() throws {
        let served = try Served([data])
        let long = String(repeating: "x", count: 40_000)
        let status = (try? served.ask("/api/v1", headers: [("X-Long", long)]).status) ?? 431
        #expect([431, 413, 400].contains(status))
        let address = (try? served.ask("/api/v1/objects/" + long).status) ?? 414
        #expect([414, 431, 400].contains(address))
        #expect(try served.ask("/api/v1").status == 200)
    }

    @Test("another site's name is not served without a token") func rebinding() throws {
        let served = try Served([data])
        #expect(try served.ask("/api/v1", headers: [("Host", "evil.example:\(served.port)")]).status == 421)
        #expect(try served.ask("/api/v1", headers: [("Host", "localhost:\(served.port)")]).status == 200)
        #expect(
            try served.ask("/api/v1", headers: [("Origin", "https://evil.example")])
                .header("Access-Control-Allow-Origin") == nil)
    }

    @Test("other machines are answered with a token, or where that is said") func listening() throws {
        for place in ["0.0.0.0:0", "[::]:0"] {
            let open = try NightjarProcess.run("serve", "--data", data, "--listen", place)
            #expect(open.status == 2 && open.errors.contains("\(place) answers other machines: give --token-file"))
        }
        let bare = try NightjarProcess.run("serve", "--data", data, "--listen", "::1:0")
        #expect(bare.status == 2 && bare.errors.contains("[::1]:0"), "\(bare.errors)")
        let short = try NightjarProcess.run(
            "serve", "--data", data, "--listen", "127.0.0.1:0", environment: ["NIGHTJAR_TOKEN": "short"])
        #expect(short.status == 2 && !short.errors.contains("'short'"), "\(short.errors)")
        let taken = try Served([data])
        let second = try NightjarProcess.run("serve", "--data", data, "--listen", "127.0.0.1:\(taken.port)")
        #expect(second.status == 1 && second.errors.contains("cannot listen"), "\(second.errors)")
    }

    @Test("a token is asked for, and a browser logs in by a form") func token() throws {
        let token = "a-token-of-this-test"
        try folder.write(Array("\(token)\nanother line\n".utf8), to: "token")
        let served = try Served([data], ["--token-file", folder.file("token")])
        for headers in [
            [], [("Authorization", "Bearer wrong-wrong-wrong-wrong")], [("Cookie", "nightjar_session=\(token)")],
        ] {
            let refused = try served.ask("/api/v1/ledger", headers: headers)
            #expect(refused.status == 401 && refused.header("WWW-Authenticate")?.contains("Bearer") == true)
        }
        #expect(try served.ask("/api/v1/ledger?token=\(token)").status == 401)
        #expect(try served.ask("/metrics").status == 401)
        #expect(try served.ask("/healthz").status == 200)
        #expect(try served.ask("/api/v1/ledger", headers: [("Authorization", "Bearer \(token)")]).status == 200)
        let browser = try served.ask("/api/v1/ledger", headers: [("Accept", "text/html")])
        #expect(browser.status == 303 && browser.header("Location") == "/login")
        #expect(try served.ask("/login").status == 200)
        #expect(try served.ask("/login", .post, body: "token=wrong").status == 401)
        let login = try served.ask("/login", .post, body: "token=\(token)")
        let cookie = try #require(login.header("Set-Cookie"))
        #expect(login.status == 303 && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        #expect(!cookie.contains(token))
        let session = String(cookie.prefix { $0 != ";" })
        #expect(try served.ask("/api/v1/ledger", headers: [("Cookie", session)]).status == 200)
        #expect(!served.process.errors.contains(token) && !served.process.output.contains(token))
    }

    @Test("a folder without data says so, and is served once a run has made it") func empty() throws {
        let later = folder.file("later")
        let served = try Served([later])
        let problem = try served.problem("/api/v1/nights")
        #expect(problem.status == 503 && problem.detail.contains("no such data folder"), "\(problem)")
        let run = try NightjarProcess.run("run", folder.file("source"), "--data", later, "--no-fits", "--quiet")
        #expect(run.status == 0)
        #expect(try served.ask("/api/v1/alerts/1").status == 200)
    }

    @Test("a damaged archive is said of the alert that it has, and the rest is served") func damaged() throws {
        let served = try Served([data])
        let alert = try served.json("/api/v1/alerts/1")
        let origin = try #require(alert["provenance"] as? [String: Any])
        let segment = data + "/" + (origin["segment"] as? String ?? "")
        let file = try FileHandle(forUpdating: URL(filePath: segment))
        try file.seek(toOffset: UInt64(origin["byte"] as? String ?? "").map { $0 + 30 } ?? 0)
        try file.write(contentsOf: [UInt8](repeating: 0xff, count: 8))
        try file.close()
        let problem = try served.problem("/api/v1/alerts/1")
        #expect(problem.status == 500 && problem.detail.contains("nightjar verify"), "\(problem)")
        #expect(try served.ask("/api/v1/alerts/2").status == 200)
        #expect(try served.ask("/api/v1/objects/ZTF24aaaaaaa").status == 200)
    }

    @Test("a thousand idle and slow clients do not keep others out") func thousand() throws {
        let served = try Served([data])
        // Another process has the connections, since this one may have 1,024 descriptors alone.
        let clients = Process()
        clients.executableURL = URL(filePath: "/usr/bin/env")
        clients.arguments = [
            "python3", "-c",
            """
            import resource, socket, sys
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
            clients = [socket.create_connection(("127.0.0.1", \(served.port)), 120) for _ in range(1000)]
            for client in clients[::2]: client.send(b"GET /api/v1 HTTP/1.1\\r\\nX: ")
            print(len(clients), flush=True)
            sys.stdin.read()
            """,
        ]
        let (input, output) = (Pipe(), Pipe())
        (clients.standardInput, clients.standardOutput) = (input, output)
        try clients.run()
        defer {
            try? input.fileHandleForWriting.close()
            clients.waitUntilExit()
        }
        #expect(try output.fileHandleForReading.read(upToCount: 4) == Data("1000".utf8))
        for _ in 0..<20 { #expect(try served.ask("/api/v1/objects/ZTF24aaaaaaa").status == 200) }
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(served.process.identifier)/task")
            .count
        #expect(threads < 40)
        #expect(try served.ask("/metrics").status == 200)
    }
}
