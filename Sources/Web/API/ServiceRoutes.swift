internal import JSON
internal import Metrics

/// What the service tells of itself.
enum ServiceRoutes {
    static let all = [index, document, metrics]

    private static let index = Route(
        path: "/api/v1", summary: "What there is", parameters: [], body: .json("Index")
    ) { question in
        let body: JSONTree = [
            "name": "nightjar", "version": .text(question.settings.version), "document": "/api/v1/openapi.json",
            "paths": .list(Routes.all.map { .text($0.path) }),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static let document = Route(
        path: "/api/v1/openapi.json", summary: "This document, OpenAPI 3.1", parameters: [], body: .json("Document")
    ) { question in
        WebAnswer(OpenAPI.document(version: question.settings.version).bytes, "application/json")
    }

    private static let metrics = Route(
        path: "/metrics", summary: "What this process tells of itself, for Prometheus", parameters: [],
        body: .bytes("text/plain")
    ) { question in
        var page = MetricsPage()
        question.settings.addMetrics(&page)
        var answer = WebAnswer(Array(page.text.utf8), MetricsPage.contentType)
        answer.caching = .none
        return answer
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        [
            (
                "Index",
                Schema.object([
                    ("name", Schema.text("nightjar")), ("version", Schema.text("of the program")),
                    ("document", Schema.text("where the OpenAPI document is")),
                    ("paths", Schema.list(Schema.text("a path"))),
                ])
            ), ("Document", Schema.open("an OpenAPI 3.1 document")),
        ]
    }
}
