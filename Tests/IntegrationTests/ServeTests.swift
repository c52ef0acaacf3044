import Foundation
import HTTP
import SQLite
import Synchronization
import TestServers
import TestSupport
import Testing

/// The API over real folders, asked by other clients.
@Suite struct ServeTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("night") }

    /// Simulated alerts of one night, a filter that judged them, and a packet of no use.
    init() throws {
        folder = try TemporaryFolder()
        let simulated = try NightjarProcess.run(
            "simulate", "--alerts", "60", "--seed", "5", "--out", folder.file("ztf_public_20240915.tar.gz"))
        #expect(simulated.status == 0, "\(simulated.errors)")
        try folder.write(
            Array("SELECT isdiffpos IN ('t', '1') AS is_positive FROM alert".utf8), to: "filters/ztf/any.sql")
        try folder.write(Array("no alert".utf8), to: "bad/1.avro")
        let run = try NightjarProcess.run(
            "run", folder.file("ztf_public_20240915.tar.gz"), folder.file("bad"), "--data", data, "--filters",
            folder.file("filters"), "--allow-wide", "all", "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test(
        "its document is sound, and each path answers as the document says",
        .enabled(if: PythonEnvironment.web.isThere, "skipped: no Python environment"))
    func document() throws {
        let served = try Served([data])
        let alerts = try served.json("/api/v1/nights/20240915/alerts?limit=1")["alerts"] as? [[String: Any]]
        let first = try #require(alerts?.first)
        let (id, name) = (try #require(first["id"] as? String), try #require(first["objectId"] as? String))
        // A run without models draws no plot: any picture in its place is served.
        let picture = try served.ask("/api/v1/alerts/\(id)/cutouts/science.png").body
        try folder.write(picture, to: "night/plots/\(name)/\(id).png")
        let queries = [
            "200 /api/v1", "200 /api/v1/openapi.json", "200 /metrics", "200 /api/v1/objects/\(name)",
            "200 /api/v1/objects/\(name)?survey=ztf&alone=true", "404 /api/v1/objects/unknown",
            "200 /api/v1/alerts/\(id)",
            "404 /api/v1/alerts/5", "400 /api/v1/alerts/five", "200 /api/v1/alerts/\(id)/filters",
            "200 /api/v1/alerts/\(id)/filters?filter=any", "404 /api/v1/alerts/\(id)/filters?filter=none",
            "200 /api/v1/alerts/\(id)/packet.avro", "200 /api/v1/alerts/\(id)/packet.avro?original=true",
            "200 /api/v1/alerts/\(id)/cutouts/template.png?size=63&marks=true", "200 /api/v1/alerts/\(id)/plot.png",
            "400 /api/v1/alerts/\(id)/cutouts/other.png", "200 /api/v1/cone?ra=10&dec=-10&radius=3600",
            "400 /api/v1/cone?ra=nan&dec=0&radius=1", "200 /api/v1/nights", "200 /api/v1/nights/20240915",
            "404 /api/v1/nights/20240914", "200 /api/v1/nights/20240915/alerts", "200 /api/v1/nights/20240101/alerts",
            "200 /api/v1/passes?filter=any&night=20240915&limit=3", "400 /api/v1/passes?cursor=x", "200 /api/v1/ledger",
            "200 /api/v1/ledger?night=20240915", "200 /api/v1/dead-letters", "200 /api/v1/topics",
            "200 /api/v1/filters",
            "200 /api/v1/sql?query=SELECT+*+FROM+ztf_alerts&limit=3", "400 /api/v1/sql?query=DROP+TABLE+ztf_alerts",
            "200 /api/v1/tonight", "200 /api/v1/tonight/events", "200 /api/v1/states",
            "200 /api/v1/nights/20240915/receipts", "200 /api/v1/nights/20240915/exposures?limit=5",
            "404 /api/v1/nothing", "404 /../etc/passwd", "200 /api/v1/resolve?q=\(name)",
            "200 /api/v1/candidates?limit=3",
            "200 /api/v1/observatories", "200 /api/v1/visibility?ra=150&dec=2&observatory=palomar",
            "200 /api/v1/catalogues", "200 /api/v1/filters/test?name=any&night=20240915",
            "200 /api/v1/sql?query=SELECT+*+FROM+ztf_alerts&limit=3&format=csv", "200 /api/v1/tables",
            "200 /api/v1/cone?ra=10&dec=-10&radius=3600&format=votable", "200 /api/v1/objects/\(name)/photometry",
            "200 /api/v1/objects/\(name)/photometry?format=csv", "404 /api/v1/objects/unknown/photometry",
            // ServePagesTests ask them.
            "skip /api/v1/objects/{name}/model", "skip /api/v1/catalogues/{name}/cone",
        ]
        let outcome = try PythonEnvironment.web.run("openapi.py", [served.address] + queries)
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.hasSuffix("32 paths\n"), "\(outcome.output)")
        #expect(try served.stop() == 0)
    }

    @Test("pages have each alert once, in order") func pages() throws {
        let served = try Served([data])
        for path in ["/api/v1/nights/20240915/alerts", "/api/v1/passes"] {
            let list = path.hasSuffix("alerts") ? "alerts" : "passes"
            let whole = try #require(served.json(path + "?limit=1000")[list] as? [[String: Any]])
            var (ids, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try served.json(path + "?limit=7" + (cursor.map { "&cursor=\($0)" } ?? ""))
                ids += (page[list] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
                cursor = page["next"] as? String
            } while cursor != nil
            #expect(ids == whole.compactMap { $0["id"] as? String } && ids.count > 7, "\(path)")
        }
        let nights = try #require(served.json("/api/v1/nights")["nights"] as? [[String: Any]])
        #expect(nights.first?["stored"] as? Int == 60)
        let passed =
            try #require(served.json("/api/v1/filters")["filters"] as? [[String: Any]]).first?["passed"] as? Int
        let passes = try #require(served.json("/api/v1/passes?limit=1000")["passes"] as? [[String: Any]])
        #expect(passes.count == passed)
    }

    @Test("an object and an alert are those that the commands show") func sameAsCommands() throws {
        let served = try Served([data])
        let alerts = try #require(served.json("/api/v1/nights/20240915/alerts")["alerts"] as? [[String: Any]])
        for alert in alerts.prefix(5) {
            let (id, name) = (alert["id"] as? String ?? "", alert["objectId"] as? String ?? "")
            let shown = try NightjarProcess.run("object", name, "--data", data, "--json").output
            let object = try served.json("/api/v1/objects/\(name)")["object"] as? NSDictionary
            #expect(try object == JSONSerialization.jsonObject(with: Data(shown.utf8)) as? NSDictionary, "\(name)")
            #expect(
                try NightjarProcess.run("alert", id, "--data", data, "--original", "--avro", folder.file("o.avro"))
                    .status == 0)
            let original = try served.ask("/api/v1/alerts/\(id)/packet.avro?original=true").body
            #expect(try original == [UInt8](Data(contentsOf: URL(filePath: folder.file("o.avro")))))
        }
    }

    @Test("answers that are kept follow the tables, and a folder that is made anew") func kept() throws {
        let served = try Served([data])
        func count() throws -> Int { (try served.json("/api/v1/passes?limit=1000")["passes"] as? [Any] ?? []).count }
        let first = try count()
        #expect(try first > 0 && count() == first)
        do {
            let database = try Database(path: data + "/nightjar.db", mode: .readWrite)
            try database.execute("DELETE FROM ztf_passes WHERE candid = (SELECT max(candid) FROM ztf_passes)")
        }
        #expect(try count() == first - 1)
        try FileManager.default.moveItem(atPath: data, toPath: folder.file("old"))
        #expect(try served.ask("/api/v1/passes?limit=1000").status != 200)
        let run = try NightjarProcess.run(
            "run", folder.file("ztf_public_20240915.tar.gz"), "--data", data, "--filters", folder.file("filters"),
            "--allow-wide", "all", "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try count() == first)
        #expect(try served.stop() == 0)
    }

    @Test("what has not changed is not sent again, and what is long is compressed") func conditional() throws {
        let served = try Served([data])
        let first = try served.ask("/api/v1/ledger")
        let tag = try #require(first.header("ETag"))
        let second = try served.ask("/api/v1/ledger", headers: [("If-None-Match", tag)])
        #expect(second.status == 304 && second.body.isEmpty)
        let packed = try served.ask("/api/v1/openapi.json", headers: [("Accept-Encoding", "gzip")])
        #expect(packed.header("Content-Encoding") == "gzip" && packed.body.starts(with: [0x1f, 0x8b]))
        let head = try served.ask("/api/v1/ledger", .head)
        #expect(head.status == 200 && head.body.isEmpty && head.header("ETag") == tag)
    }

    @Test("a page of the one site that --cors names may ask with a token") func preflight() throws {
        let asked = [
            ("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "authorization"),
        ]
        let open = try Served(
            [data], ["--cors", "https://A.example:443/"], environment: ["NIGHTJAR_TOKEN": "0123456789abcdef"])
        let allowed = try open.ask("/api/v1/ledger", .options, headers: asked)
        #expect(allowed.status == 204 && allowed.header("Access-Control-Allow-Origin") == "https://a.example")
        #expect(allowed.header("Access-Control-Allow-Headers")?.contains("Authorization") == true)
        #expect(allowed.header("Access-Control-Allow-Methods") == "GET, HEAD, POST")
        // The preflight itself says nothing of the data.
        #expect(try open.ask("/api/v1/ledger", headers: [asked[0]]).status == 401)
        let read = try open.ask(
            "/api/v1/ledger", headers: [asked[0], ("Authorization", "Bearer 0123456789abcdef")])
        #expect(read.status == 200 && read.header("Access-Control-Allow-Origin") == "https://a.example")
        #expect(try open.ask("/api/v1", .put).header("Allow") == "GET, HEAD, OPTIONS")
        let wrong = try NightjarProcess.run("serve", "--data", data, "--cors", "https://a.example:99999")
        #expect(wrong.status == 2 && wrong.errors.contains("say https://HOST"), "\(wrong.errors)")
    }

    @Test("a filter that has judged nothing is said, with those that have", arguments: ["candidates", "passes"])
    func unknownFilter(path: String) throws {
        let served = try Served([data])
        let problem = try served.problem("/api/v1/\(path)?filter=nope&survey=ztf")
        #expect(problem.status == 404 && problem.detail.hasPrefix("no filter 'nope' has judged alerts of ZTF here; "))
        let metrics = try String(decoding: served.ask("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("nightjar_http_requests_total{status=\"404\"} 1\n"), "\(metrics)")
        #expect(metrics.contains("nightjar_http_request_seconds_count 1\n"), "\(metrics)")
    }

    @Test("nothing is changed, whatever is sent", arguments: [HTTPMethod.post, .put, .patch, .delete, .options])
    func methods(method: HTTPMethod) throws {
        let served = try Served([data])
        let response = try served.ask("/api/v1/ledger", method, body: "x")
        #expect(response.status == 405 && response.header("Allow") == "GET, HEAD")
        #expect(response.header("X-Content-Type-Options") == "nosniff")
        let metrics = try String(decoding: served.ask("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("nightjar_http_requests_total{status=\"405\"} 1\n"), "\(metrics)")
    }

    @Test("statements are bounded in time, rows and what they may do") func statements() throws {
        let served = try Served([data])
        let endless = "WITH%20RECURSIVE%20n(i)%20AS%20(SELECT%201%20UNION%20ALL%20SELECT%20i%2B1%20FROM%20n)"
        let late = try served.problem("/api/v1/sql?query=\(endless)%20SELECT%20count(*)%20FROM%20n")
        #expect(late.status == 503 && late.detail.contains("2 s"), "\(late)")
        let rows = try served.json("/api/v1/sql?query=\(endless)%20SELECT%20i%20FROM%20n&limit=5")
        #expect(rows["truncated"] as? Bool == true && (rows["rows"] as? [[Int]]) == [[1], [2], [3], [4], [5]])
        for statement in [
            "DELETE%20FROM%20ztf_alerts", "ATTACH%20'x'%20AS%20y", "SELECT%201;SELECT%202", "PRAGMA%20user_version%3D9",
        ] {
            #expect(try served.problem("/api/v1/sql?query=\(statement)").status == 400, "\(statement)")
        }
        #expect(try NightjarProcess.run("verify", "--data", data).status == 0)
    }

    @Test("fifty readers that overlap do not hold up a run, nor it them") func besideARun() throws {
        let second = folder.file("ztf_public_20240916.tar.gz")
        #expect(
            try NightjarProcess.run(
                "simulate", "--alerts", "600", "--night", "20240916", "--seed", "6", "--out", second
            ).status == 0)
        let served = try Served([data])
        let run = try NightjarProcess(["run", second, "--data", data, "--no-fits", "--quiet"])
        let paths = [
            "/api/v1/ledger", "/api/v1/nights/20240916/alerts?limit=100", "/api/v1/cone?ra=150&dec=2&radius=3600",
            "/api/v1/sql?query=SELECT%20count(*),%20avg(magpsf)%20FROM%20ztf_alerts", "/api/v1/topics",
        ]
        let statuses = Mutex<[Int: Int]>([:])
        let longest = Mutex(0)
        let hasEnded = Mutex(false)
        let (log, address, group) = (data + "/nightjar.db-wal", served.address, DispatchGroup())
        for number in 0..<50 {
            let thread = Thread {
                defer { group.leave() }
                let (client, path) = (HTTPClient(), paths[number % paths.count])
                repeat {
                    let answer = try? client.send(
                        HTTPRequest(.get, address + path), limit: 64 << 20, deadline: .seconds(300))
                    statuses.withLock { $0[answer?.status ?? 0, default: 0] += 1 }
                    let bytes = (try? FileManager.default.attributesOfItem(atPath: log))?[.size] as? Int ?? 0
                    longest.withLock { $0 = max($0, bytes) }
                } while !hasEnded.withLock { $0 }
            }
            group.enter()
            thread.start()
        }
        let outcome = try run.outcome()
        hasEnded.withLock { $0 = true }
        group.wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        // What has no thread in time is told to come again.
        #expect(statuses.withLock { Set($0.keys).subtracting([503]) } == [200], "\(statuses.withLock { $0 })")
        #expect(longest.withLock { $0 } < 256 << 20)
        let nights = try #require(served.json("/api/v1/nights")["nights"] as? [[String: Any]])
        #expect(nights.first?["night"] as? Int == 20_240_916 && nights.first?["stored"] as? Int == 600, "\(nights)")
        #expect(try served.stop() == 0)
        #expect(try NightjarProcess.run("verify", "--data", data).status == 0)
    }
}
