import Foundation
import HTTP
import TestServers
import TestSupport
import Testing

/// The Virtual Observatory's services, asked by their own clients.
@Suite struct ObservatoryTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("night") }

    init() throws {
        folder = try TemporaryFolder()
        let tarball = folder.file("ztf_public_20240915.tar.gz")
        let simulated = try NightjarProcess.run("simulate", "--alerts", "40", "--seed", "7", "--out", tarball)
        #expect(simulated.status == 0, "\(simulated.errors)")
        let run = try NightjarProcess.run("run", tarball, "--data", data, "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
    }

    private func alert(_ served: Served) throws -> (id: String, ra: Double, dec: Double) {
        let alerts = try served.json("/api/v1/nights/20240915/alerts?limit=1")["alerts"] as? [[String: Any]]
        let first = try #require(alerts?.first)
        let id = try #require(first["id"] as? String)
        let row = try #require(try served.json("/api/v1/alerts/\(id)")["row"] as? [String: Any])
        return (id, try #require(row["ra"] as? Double), try #require(row["dec"] as? Double))
    }

    @Test(
        "pyvo and astropy find, read and follow",
        .enabled(if: PythonEnvironment.web.isThere, "skipped: no Python environment"))
    func clients() throws {
        let served = try Served([data])
        let (id, ra, dec) = try alert(served)
        let outcome = try PythonEnvironment.web.run("observatory.py", [served.address, id, "\(ra)", "\(dec)"])
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output == "cone search\nTAP\nDataLink\nfiles\n", "\(outcome.output)")
        #expect(try served.stop() == 0)
    }

    @Test("errors are VOTables, and nothing is changed") func errors() throws {
        let served = try Served([data])
        for (path, words) in [
            ("/vo/scs?RA=1&DEC=2", "SR is missing"), ("/vo/scs?RA=x&DEC=2&SR=1", "RA is a number"),
            ("/vo/scs?RA=1&DEC=2&SR=11", "SR is a number"),
            ("/vo/tap/sync?QUERY=SELECT+1", "LANG is missing"), ("/vo/tap/sync?LANG=ADQL", "QUERY is missing"),
            ("/vo/tap/sync?LANG=PQL&QUERY=x", "LANG is ADQL"),
            ("/vo/tap/sync?LANG=ADQL&QUERY=DROP", "SELECT is expected"),
            ("/vo/tap/sync?LANG=ADQL&QUERY=SELECT+1+FROM+ztf_alerts&FORMAT=pdf", "RESPONSEFORMAT"),
            ("/vo/tap/sync?LANG=ADQL&QUERY=SELECT+1+FROM+ztf_alerts&UPLOAD=a,b", "UPLOAD"),
            ("/vo/tap/sync?LANG=ADQL&QUERY=SELECT+1+FROM+ztf_alerts&MAXREC=-1", "MAXREC"),
        ] {
            let response = try served.ask(path)
            let text = String(decoding: response.body, as: UTF8.self)
            #expect(
                response.header("Content-Type") == "application/x-votable+xml" && text.contains(words),
                "\(path) \(text)")
            #expect(response.status == (path.hasPrefix("/vo/scs") ? 200 : 400))
        }
        #expect(try served.ask("/vo/tap/nothing").status == 404)
        #expect(try served.ask("/vo/tap/sync", .put).status == 405)
        #expect(try served.ask("/vo/tap/sync", .delete).status == 405)
        #expect(try NightjarProcess.run("verify", "--data", data).status == 0)
    }

    @Test("a job runs, waits, is changed, ends and is forgotten") func jobs() throws {
        let served = try Served([data])
        let form = [("Content-Type", "application/x-www-form-urlencoded")]
        let made = try served.ask(
            "/vo/tap/async", .post, headers: form,
            body: "LANG=ADQL&QUERY=SELECT+candid+FROM+ztf_alerts&FORMAT=csv&RUNID=a%3Cb")
        let place = try #require(made.header("Location"))
        #expect(made.status == 303 && place.hasPrefix(served.address + "/vo/tap/async/"))
        let path = String(place.dropFirst(served.address.count))
        func text(_ part: String) throws -> String { String(decoding: try served.ask(path + part).body, as: UTF8.self) }
        #expect(try text("/phase") == "PENDING" && text("").contains("<uws:runId>a&lt;b</uws:runId>"))
        #expect(try served.ask(path + "/results/result").status == 404)
        _ = try served.ask(path + "/parameters", .post, headers: form, body: "MAXREC=7")
        _ = try served.ask(path + "/executionduration", .post, headers: form, body: "EXECUTIONDURATION=500")
        _ = try served.ask(path + "/destruction", .post, headers: form, body: "DESTRUCTION=2099-01-01T00:00:00Z")
        #expect(try text("/executionduration") == "2" && !text("/destruction").hasPrefix("2099"))
        #expect(try served.ask(path + "/phase", .post, headers: form, body: "PHASE=RUN").status == 303)
        for _ in 0..<600 where try !["COMPLETED", "ERROR"].contains(text("/phase")) { _ = try text("?WAIT=1") }
        #expect(try text("/phase") == "COMPLETED")
        #expect(try text("/results/result").split(whereSeparator: \.isNewline).count == 8)
        #expect(try text("/results").contains("results/result") && text("/parameters").contains("MAXREC"))
        #expect(try served.ask(path + "/parameters", .post, headers: form, body: "MAXREC=9").status == 400)
        #expect(String(decoding: try served.ask("/vo/tap/async").body, as: UTF8.self).contains(path))
        #expect(try served.ask(path, .delete).status == 303)
        #expect(try served.ask(path).status == 404)
        // More than are kept: the oldest that have ended make room, and those that wait do not.
        var last: HTTPResponse?
        for _ in 0..<65 { last = try served.ask("/vo/tap/async", .post, headers: form, body: "LANG=ADQL") }
        #expect(last?.status == 503)
    }

    @Test("a token is asked for here too") func token() throws {
        let token = "a-token-of-some-length"
        let served = try Served([data], environment: ["NIGHTJAR_TOKEN": token])
        #expect(try served.ask("/vo/tap/capabilities").status == 401)
        let basic = "Basic " + Data(":\(token)".utf8).base64EncodedString()
        let response = try served.ask("/vo/tap/capabilities", headers: [("Authorization", basic)])
        #expect(response.status == 200 && String(decoding: response.body, as: UTF8.self).contains("BasicAA"))
    }

    @Test("the registry's record has what was said") func registry() throws {
        let served = try Served(
            [data], ["--vo-authority", "example.org", "--vo-publisher", "A & B", "--vo-contact", "C"])
        let text = String(decoding: try served.ask("/vo/registry").body, as: UTF8.self)
        #expect(text.contains("<identifier>ivo://example.org/nightjar</identifier>"))
        #expect(text.contains("<publisher>A &amp; B</publisher>") && text.contains("cs:ConeSearch"))
    }
}
