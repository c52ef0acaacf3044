internal import JSON

/// The description of the API, made from its routes (OpenAPI 3.1).
enum OpenAPI {
    static func document(version: String) -> JSONTree {
        let schemas =
            ServiceRoutes.schemas + ObjectRoutes.schemas + AlertRoutes.schemas + SkyRoutes.schemas + NightRoutes.schemas
            + LedgerRoutes.schemas + StatementRoutes.schemas + TonightRoutes.schemas + ReceiptRoutes.schemas
            + TableRoutes.schemas + PhotometryRoutes.schemas + ResolveRoutes.schemas + CandidateRoutes.schemas
            + ModelRoutes.schemas + VisibilityRoutes.schemas + CatalogueRoutes.schemas + FilterTestRoutes.schemas
            + [("Problem", Problem.schema)]
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Nightjar", "version": .text(version),
                "description":
                    "Alerts of sky surveys, read beside a run that writes. Ids are strings. Lists come in pages: hand 'next' on as 'cursor'.",
                "license": ["name": "MIT", "identifier": "MIT"],
            ],
            "servers": [["url": "/"]],
            "security": [[:], ["bearer": []], ["basic": []], ["session": []]],
            "paths": .object(Routes.all.map { (name: $0.path, value: operations($0)) }),
            "components": [
                "schemas": .object(schemas.map { (name: $0.0, value: $0.1) }),
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer"], "basic": ["type": "http", "scheme": "basic"],
                    "session": ["type": "apiKey", "in": "cookie", "name": .text(AccessToken.cookie)],
                ],
            ],
        ]
    }

    private static func operations(_ route: Route) -> JSONTree {
        guard let text = route.text else { return ["get": operation(route)] }
        guard case .object(let members) = operation(route) else { return .null }
        let body: JSONTree = [
            "description": .text(text), "required": true, "content": ["text/plain": ["schema": ["type": "string"]]],
        ]
        let posted = members.map {
            $0.name == "operationId" ? (name: $0.name, value: .text(id(of: route) + "_text")) : $0
        }
        return ["get": operation(route), "post": .object(posted + [(name: "requestBody", value: body)])]
    }

    private static func operation(_ route: Route) -> JSONTree {
        let kinds: [Problem.Kind] =
            [.badRequest, .unauthorized, .wrongHost, .busy, .tooLong, .noData, .failed] + route.problems
        var responses: [(name: String, value: JSONTree)] = [
            ("200", ["description": .text(route.summary), "content": content(route.body)])
        ]
        for status in Set(kinds.map(\.status)).sorted() {
            let titles = kinds.filter { $0.status == status }.map(\.title)
            let unique = titles.enumerated().filter { titles.firstIndex(of: $1) == $0 }.map(\.element)
            responses.append(
                (
                    "\(status)",
                    [
                        "description": .text(unique.joined(separator: "; ")),
                        "content": ["application/problem+json": ["schema": Schema.named("Problem")]],
                    ]
                ))
        }
        return [
            "operationId": .text(id(of: route)), "summary": .text(route.summary),
            "parameters": .list(route.parameters.map { parameter($0, in: route) }), "responses": .object(responses),
        ]
    }

    private static func parameter(_ parameter: Parameter, in route: Route) -> JSONTree {
        let isOfPath = route.path.contains("{\(parameter.name)}")
        return [
            "name": .text(parameter.name), "in": isOfPath ? "path" : "query",
            "required": .flag(parameter.isRequired), "description": .text(parameter.meaning),
            "schema": parameter.schema,
        ]
    }

    private static func content(_ body: Route.Body) -> JSONTree {
        switch body {
        case .json(let name): ["application/json": ["schema": Schema.named(name)]]
        case .table(let name):
            [
                "application/json": ["schema": Schema.named(name)], "text/csv": [:], "application/x-votable+xml": [:],
            ]
        case .bytes(let type): .object([(name: type, value: .object([]))])
        }
    }

    /// The path's words.
    private static func id(of route: Route) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }.drop { $0 == "api" || $0 == "v1" }
        return words.isEmpty ? "index" : words.joined(separator: "_")
    }
}
