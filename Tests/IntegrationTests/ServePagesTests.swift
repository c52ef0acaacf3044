import Foundation
import HTTP
import Salt2Support
import TestServers
import TestSupport
import Testing

/// What the pages ask of the API: names, candidates, models, visibility, catalogues, and filters that are tried.
@Suite struct ServePagesTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("night") }

    /// Simulated alerts of a night with fits, a filter that judged them, and a catalogue.
    init() throws {
        folder = try TemporaryFolder()
        let simulated = try NightjarProcess.run(
            "simulate", "--alerts", "300", "--seed", "5", "--out", folder.file("ztf_public_20240915.tar.gz"))
        #expect(simulated.status == 0, "\(simulated.errors)")
        try folder.write(
            Array("SELECT isdiffpos IN ('t', '1') AS is_positive FROM alert".utf8), to: "filters/ztf/any.sql")
        try folder.write(Array("name,ra,dec,mag\nfirst,150,2,17.5\nsecond,150.001,2,\n".utf8), to: "stars.csv")
        let added = try NightjarProcess.run(
            "catalogue", "add", "stars", folder.file("stars.csv"), "--catalogues", folder.file("catalogues"))
        #expect(added.status == 0, "\(added.errors)")
        let run = try NightjarProcess.run(
            "run", folder.file("ztf_public_20240915.tar.gz"), "--data", data, "--filters", folder.file("filters"),
            "--allow-wide", "all", "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
    }

    private func served(_ words: [String] = []) throws -> Served {
        try Served([data], ["--catalogues", folder.file("catalogues")] + words)
    }

    @Test(
        "each path answers as the document says",
        .enabled(if: PythonEnvironment.web.isThere, "skipped: no Python environment"))
    func document() throws {
        let served = try served()
        let first = try #require(
            (try served.json("/api/v1/candidates?limit=1")["candidates"] as? [[String: Any]])?.first)
        let (id, name) = (try #require(first["id"] as? String), try #require(first["objectId"] as? String))
        let queries = [
            "200 /api/v1", "200 /api/v1/resolve?q=\(name)", "200 /api/v1/resolve?q=\(id)",
            "200 /api/v1/resolve?q=150.05+2.2", "200 /api/v1/resolve?q=nothing", "400 /api/v1/resolve",
            "200 /api/v1/candidates", "200 /api/v1/candidates?filter=any&sort=mag&limit=3&each=alert&night=20240915",
            "404 /api/v1/candidates?filter=none", "404 /api/v1/passes?filter=none",
            "200 /api/v1/candidates?min_mag=18&max_mag=19&bandpass=ztfr",
            "400 /api/v1/candidates?bandpass=lsstg&survey=ztf", "400 /api/v1/candidates?min_mag=19&max_mag=18",
            "400 /api/v1/candidates?cursor=x", "400 /api/v1/candidates?score=none",
            "200 /api/v1/candidates?survey=lsst",
            "404 /api/v1/objects/\(name)/model", "404 /api/v1/objects/none/model", "200 /api/v1/observatories",
            "200 /api/v1/visibility?ra=150&dec=2&observatory=palomar",
            "200 /api/v1/visibility?ra=150&dec=2&lon=18.9&lat=69.6&night=20250621",
            "404 /api/v1/visibility?ra=150&dec=2&observatory=none", "400 /api/v1/visibility?ra=150&dec=2",
            "200 /api/v1/catalogues", "200 /api/v1/catalogues/stars/cone?ra=150&dec=2&radius=10",
            "404 /api/v1/catalogues/none/cone?ra=150&dec=2", "200 /api/v1/filters/test?name=any&night=20240915",
            "404 /api/v1/filters/test?name=none", "400 /api/v1/filters/test", "200 /api/v1/filters", "skip *",
        ]
        let outcome = try PythonEnvironment.web.run("openapi.py", [served.address] + queries)
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(try served.stop() == 0)
    }

    @Test("the index says what there is, without paths of folders") func index() throws {
        let served = try served()
        let index = try served.json("/api/v1")
        #expect(index["data"] as? [String] == ["night"] && index["surveys"] as? [String] == ["ztf"])
        #expect(index["catalogues"] as? [String] == ["stars"] && index["models"] as? Bool != nil)
        #expect((try served.ask("/api/v1").body).firstRange(of: Array(folder.path.utf8)) == nil)
        let none = try Served([folder.file("later")])
        #expect(try none.json("/api/v1")["surveys"] as? [String] == [])
    }

    @Test("candidates come in pages, each object once") func candidates() throws {
        let served = try served()
        for query in ["sort=time", "sort=mag", "sort=detections&order=asc", "sort=age&filter=any", "each=alert"] {
            let whole = try served.json("/api/v1/candidates?limit=1000&\(query)")
            let list = try #require(whole["candidates"] as? [[String: Any]])
            #expect(whole["next"] is NSNull && whole["total"] as? Int == list.count && list.count > 7, "\(query)")
            var (ids, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try served.json(
                    "/api/v1/candidates?limit=7&\(query)" + (cursor.map { "&cursor=\($0)" } ?? ""))
                ids += (page["candidates"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
                cursor = page["next"] as? String
            } while cursor != nil
            #expect(ids == list.compactMap { $0["id"] as? String }, "\(query)")
            let names = list.compactMap { $0["objectId"] as? String }
            #expect(query == "each=alert" || Set(names).count == names.count, "\(query)")
            let curve = try #require(list.first?["curve"] as? [String: [Any]])
            #expect(Set(curve.values.map(\.count)).count == 1 && curve["kind"]?.isEmpty == false)
        }
        let wrong = try served.json("/api/v1/candidates?limit=1&sort=time")["next"] as? String
        #expect(try served.problem("/api/v1/candidates?sort=mag&cursor=\(wrong ?? "")").status == 400)
    }

    @Test("a text is tried as a filter, which goes on where it ended, and passes what the same filter passed")
    func tried() throws {
        let served = try served()
        let text = "SELECT isdiffpos IN ('t', '1') AS is_positive FROM alert"
        let passed = try #require(served.json("/api/v1/filters")["filters"] as? [[String: Any]]).first
        let nightly = try #require(passed?["byNight"] as? [[String: Any]])
        #expect(nightly.count == 1 && nightly[0]["passed"] as? Int == passed?["passed"] as? Int)
        var (tried, passes, cursor): (Int, Int, String?) = (0, 0, nil)
        repeat {
            let response = try served.ask(
                "/api/v1/filters/test?survey=ztf" + (cursor.map { "&cursor=\($0)" } ?? ""), .post,
                headers: [("Content-Type", "text/plain")], body: text)
            #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
            let answer = try #require(
                try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
            tried += answer["tried"] as? Int ?? 0
            passes += answer["passed"] as? Int ?? 0
            cursor = answer["next"] as? String
            #expect((answer["isWhole"] as? Bool) == (cursor == nil))
        } while cursor != nil
        #expect(tried == 300 && passes == passed?["passed"] as? Int)
        for (body, type, status) in [
            ("SELECT 1 AS x FROM nothing", "text/plain", 400), ("DROP TABLE alert", "text/plain", 400),
            (text, "application/json", 400), ("\u{0}", "text/plain", 400),
        ] {
            let response = try served.ask(
                "/api/v1/filters/test?survey=ztf", .post, headers: [("Content-Type", type)], body: body)
            #expect(response.status == status, "\(body)")
        }
        #expect(try served.ask("/api/v1/filters", .post, body: text).status == 405)
        #expect(try NightjarProcess.run("verify", "--data", data).status == 0)
    }

    @Test("catalogue sources around a place, the nearest first") func catalogues() throws {
        let served = try served()
        let cone = try served.json("/api/v1/catalogues/stars/cone?ra=150.0001&dec=2&radius=10")
        #expect(cone["columns"] as? [String] == ["ra", "dec", "separation_arcsec", "name", "mag"])
        let rows = try #require(cone["rows"] as? [[Any]])
        #expect(rows.map { $0[3] as? String } == ["first", "second"] && rows[1][4] is NSNull)
    }

    @Test(
        "a fit is drawn again: its residuals have its chi squared",
        .enabled(if: Reference.hasModels, "\(Reference.skippedModels)"))
    func model() throws {
        let fitted = folder.file("fitted")
        let run = try NightjarProcess.run(
            "run", folder.file("ztf_public_20240915.tar.gz"), "--data", fitted, "--no-plots", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let served = try Served([fitted])
        let candidates = try #require(
            served.json("/api/v1/candidates?limit=100")["candidates"] as? [[String: Any]])
        var drawn = 0
        for candidate in candidates where (candidate["fit"] as? [String: Any])?["success"] as? Int == 1 {
            let (name, id) = (
                candidate["objectId"] as? String ?? "", (candidate["fit"] as? [String: Any])?["candid"] as? String ?? ""
            )
            let model = try served.json("/api/v1/objects/\(name)/model?alert=\(id)")
            let fit = try #require(model["fit"] as? [String: Any])
            let residuals = try #require(model["residuals"] as? [[String: Any]])
            let bands = try #require(model["bands"] as? [[String: Any]])
            #expect(residuals.count == fit["n_used"] as? Int && model["alert"] as? String == id)
            #expect(
                bands.compactMap { $0["bandpass"] as? String }.sorted().joined(separator: ",") == fit["bands"]
                    as? String)
            let sum = residuals.reduce(0.0) { $0 + pow($1["pull"] as? Double ?? .nan, 2) }
            let chisq = try #require(fit["chisq"] as? Double)
            #expect(abs(sum - chisq) < 1e-3 * chisq + 1e-3, "\(name): \(sum) \(chisq)")
            for band in bands {
                let errors = try #require(band["error_njy"] as? [Double])
                #expect(errors.count == (band["mjd_tai"] as? [Double])?.count && errors.contains { $0 > 0 })
            }
            drawn += 1
        }
        #expect(drawn > 0)
    }

    @Test("without models the problem says what brings them") func withoutModels() throws {
        let served = try served()
        let names = try #require(served.json("/api/v1/candidates?limit=1")["candidates"] as? [[String: Any]])
        let problem = try served.problem("/api/v1/objects/\(names.first?["objectId"] as? String ?? "")/model")
        #expect(problem.status == 404 && problem.detail.contains("fitted"), "\(problem)")
    }
}
