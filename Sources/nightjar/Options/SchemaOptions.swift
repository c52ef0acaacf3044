internal import Alerts
internal import Broker
internal import Schemas
internal import Threads

/// Where the schemas of Confluent-framed packets are found.
struct SchemaOptions: Sendable {
    private static let folder = Option<String>.text(
        "schemas", "DIR", ".avsc files for Confluent-framed packets, searched below DIR", key: "schemas")
    private static let registry = Option<String>.address(
        "schema-registry", "URL", "a Confluent schema registry to ask for the others",
        beginnings: ["http://", "https://"], key: "schemaRegistry")

    static let all: [any DeclaredOption] = [folder, registry]

    private let folder, registry: String?

    init(_ arguments: Arguments) throws(UsageError) {
        folder = try arguments.value(Self.folder)
        registry = try arguments.value(Self.registry)
    }

    /// Looks schemas up where the options say, for as long as the work is not to stop.
    ///
    /// - Throws: ``UsageError`` where the folder cannot be read.
    func source(stop: StopSignal = StopSignal()) throws(UsageError) -> SchemaSource {
        guard folder != nil || registry != nil else { return { _ in .unknown } }
        do {
            let schemas = try SchemaRegistry(folder: folder, registry: registry, stop: stop)
            return { schemas.schema($0) }
        } catch { throw UsageError("--schemas: \(error)") }
    }
}
