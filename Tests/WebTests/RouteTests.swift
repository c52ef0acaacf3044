import Foundation
import Testing

@testable import Web

@Suite struct RouteTests {
    @Test(
        "a path finds its route and its values",
        arguments: [
            ("/api/v1/objects/ZTF%2F1", "/api/v1/objects/{name}", ["name": "ZTF/1"]),
            ("/api/v1/alerts/-1", "/api/v1/alerts/{id}", ["id": "-1"]),
            (
                "/api/v1/alerts/1/cutouts/science.png", "/api/v1/alerts/{id}/cutouts/{kind}.png",
                ["id": "1", "kind": "science"]
            ),
            ("/api/v1/nights/20240915/alerts", "/api/v1/nights/{night}/alerts", ["night": "20240915"]),
            ("/metrics", "/metrics", [:]),
        ])
    func found(text: String, path: String, values: [String: String]) throws {
        let found = try #require(Routes.find(try RequestTarget(text).parts))
        #expect(found.route.path == path && found.path == values)
    }

    @Test(
        "and others none",
        arguments: [
            "/api/v1/object/a", "/api/v1/alerts/1/cutouts/science.gif", "/api/v2/objects/a", "/api/v1/../v1/ledger",
            "/api//v1", "/etc/passwd",
        ])
    func unknown(text: String) throws { #expect(Routes.find(try RequestTarget(text).parts) == nil) }

    @Test("each path, and each of its parameters, is declared once") func declared() {
        #expect(Set(Routes.all.map(\.path)).count == Routes.all.count)
        for route in Routes.all {
            let names = route.parameters.map(\.name)
            #expect(Set(names).count == names.count, "\(route.path)")
            for match in route.path.matches(of: /\{(\w+)\}/) {
                #expect(names.contains(String(match.1)), "\(route.path)")
            }
            for parameter in route.parameters {
                #expect(
                    parameter.standard.map { parameter.refusal(of: $0) == nil } ?? true,
                    "\(route.path) \(parameter.name)")
            }
        }
    }

    @Test("docs/web.md has every path with its summary and its parameters") func documented() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "docs/web.md"), encoding: .utf8)
        for route in Routes.all {
            let query = route.parameters.filter { !route.path.contains("{\($0.name)}") }
                .map { "`\($0.name)`" + ($0.isRequired ? "" : "?") }.joined(separator: ", ")
            #expect(page.contains("| `\(route.path)` | \(query) | \(route.summary) |"), "\(route.path)")
        }
    }
}
