import Foundation
import HTTP
import TestSupport
import Testing

/// Pages as a browser asks for them.
@Suite struct ServePageTests {
    private let folder: TemporaryFolder
    private let served: Served

    init() throws {
        folder = try TemporaryFolder()
        served = try Served([folder.file("night")])
    }

    private func page(_ path: String) throws -> (status: Int, type: String, text: String) {
        let response = try served.ask(path, headers: [("Accept", "text/html")])
        return (response.status, response.header("Content-Type") ?? "", String(decoding: response.body, as: UTF8.self))
    }

    @Test("each page is the shell, which names only this server's files, and all of them are there")
    func shell() throws {
        for path in ["/", "/nights", "/nights/20240915", "/objects/ZTF24a", "/alerts/5", "/search?q=x", "/filters"] {
            let found = try page(path)
            #expect(found.status == 200 && found.type == "text/html; charset=utf-8", "\(path)")
            #expect(found.text.contains("<main id=\"main\""), "\(path)")
            #expect(!found.text.contains("://") && !found.text.contains(" style=\""), "\(path)")
        }
        let index = try page("/").text
        var waiting = index.matches(of: /"(\/assets\/[^"]+)"/).map { String($0.1) }
        var seen: Set<String> = []
        while let name = waiting.popLast() {
            guard seen.insert(name).inserted else { continue }
            let file = try served.ask(name)
            #expect(file.status == 200, "\(name)")
            guard name.hasSuffix(".js") else { continue }
            #expect(file.header("Content-Type") == "text/javascript; charset=utf-8")
            let text = String(decoding: file.body, as: UTF8.self)
            #expect(!text.contains("innerHTML"), "\(name): text of packets must never become markup")
            let parent = name.split(separator: "/").dropLast()
            for match in text.matches(of: /from "(\.[^"]+)"/) {
                var parts = parent
                for part in match.1.split(separator: "/") {
                    if part == ".." { parts.removeLast() } else if part != "." { parts.append(part) }
                }
                waiting.append("/" + parts.joined(separator: "/"))
            }
            if name.hasSuffix("main.js") {
                let table = text.split(separator: "const pages = {").last?.prefix { $0 != "}" } ?? ""
                waiting += table.matches(of: /: "([a-z]+)"/).map { "/assets/pages/\($0.1).js" }
            }
        }
        #expect(seen.count > 10)
    }

    @Test("the documents are pages, and their links lead to pages") func help() throws {
        var (waiting, seen): ([String], Set<String>) = (["/help"], [])
        while let path = waiting.popLast() {
            guard seen.insert(path).inserted else { continue }
            let found = try page(path)
            #expect(found.status == 200, "\(path)")
            for match in found.text.matches(of: /(?:href|src)="(\/(?:help|assets\/docs)[^"#]*)/) {
                waiting.append(String(match.1))
            }
        }
        #expect(seen.contains("/help/web") && seen.count > 20)
        #expect(try page("/help/web").text.contains("<table>"))
        #expect(try page("/help/nothing").status == 404)
    }

    @Test("what is not there is a page for a browser and a problem for a program") func unknown() throws {
        let found = try page("/nothing<script>")
        #expect(found.status == 404 && found.type == "text/html; charset=utf-8")
        #expect(!found.text.contains("<script>") && found.text.contains("There is no such thing here"))
        #expect(try served.ask("/nothing").header("Content-Type") == "application/problem+json")
        for path in ["/assets/../Package.swift", "/assets/%2e%2e/Package.swift", "/assets/", "/assets/docs/web.md"] {
            #expect(try page(path).status == 404, "\(path)")
        }
    }

    @Test("pages of a folder stand for the built-in ones, and nothing outside of it is served") func assets() throws {
        try folder.write(Array("<!doctype html><main id=\"main\">mine</main>".utf8), to: "pages/index.html")
        try folder.write(Array("secret".utf8), to: "secret.js")
        let own = try Served([folder.file("night")], ["--assets", folder.file("pages")])
        #expect(String(decoding: try own.ask("/").body, as: UTF8.self).contains("mine"))
        #expect(try own.ask("/assets/../secret.js").status == 404)
        #expect(try own.ask("/assets/%2e%2e/secret.js").status == 404)
        let refused = try NightjarProcess.run(
            "serve", "--data", folder.file("night"), "--assets", folder.file("none"), "--listen", "127.0.0.1:0")
        #expect(refused.status != 0 && refused.errors.contains("no index.html"))
    }

    @Test("the present night is told while a run writes, with its conditions where a conductor knows them")
    func tonight() throws {
        #expect(try served.problem("/api/v1/tonight").status == 503, "there is no data yet")
        let tarball = folder.file("ztf_public_20240915.tar.gz")
        #expect(try NightjarProcess.run("simulate", "--alerts", "40", "--out", tarball).status == 0)
        let run = try NightjarProcess.run("run", tarball, "--data", folder.file("night"), "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let night = try #require((served.json("/api/v1/tonight")["nights"] as? [[String: Any]])?.first)
        #expect(night["state"] as? String == "idle" && night["night"] as? Int == 20_240_915)
        #expect((night["totals"] as? [String: Any])?["received"] as? Int == 40)
        #expect((night["faults"] as? [String])?.isEmpty == true)
    }
}
