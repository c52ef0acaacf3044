internal import Alerts
internal import Catalogues
internal import DataLayout
internal import Foundation
internal import JSON
internal import Metrics
internal import Pipeline
internal import Query

/// What the service tells of itself.
enum ServiceRoutes {
    static let all = [index, document, metrics]

    private static let index = Route(
        path: "/api/v1", summary: "What there is", parameters: [], body: .json("Index")
    ) { question in
        // A folder that is not there yet has nothing.
        let surveys: [Survey]
        do { surveys = try question.read { try $0.surveysWithAlerts() } } catch let error as BrokerError {
            guard error.code == .notADataFolder else { throw error }
            surveys = []
        }
        let library = question.settings.library
        let body: JSONTree = [
            "name": "nightjar", "version": .text(question.settings.version),
            "data": .list(question.settings.folders.map { .text(name(ofFolder: $0)) }),
            "surveys": .list(surveys.map { .text($0.name) }),
            "catalogues": .list(library.catalogues.map { .text($0.name) }),
            "models": .flag(library.models.hasModels),
            "classifiers": .list(library.classifiers.map { .text($0) }),
            "document": "/api/v1/openapi.json",
            "paths": .list(Routes.all.map { .text($0.path) }),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    /// A data folder's name, without the folders that it is in.
    private static func name(ofFolder path: String) -> String {
        URL(filePath: path).standardizedFileURL.lastPathComponent
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
        question.counts.add(to: &page)
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
                    ("data", Schema.list(Schema.text("a data folder's name"))),
                    ("surveys", Schema.list(Schema.text("a survey of which there are alerts"))),
                    ("catalogues", Schema.list(Schema.text("a catalogue's name"))),
                    ("models", Schema.flag("whether there are SALT2 models")),
                    ("classifiers", Schema.list(Schema.text("a classifier's name"))),
                    ("document", Schema.text("where the OpenAPI document is")),
                    ("paths", Schema.list(Schema.text("a path"))),
                ])
            ), ("Document", Schema.open("an OpenAPI 3.1 document")),
        ]
    }
}
