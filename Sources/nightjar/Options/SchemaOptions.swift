internal import Alerts
internal import Broker
internal import Schemas
internal import Threads

/// Where the schemas of Confluent-framed packets are found.
struct SchemaOptions: Sendable {
    private static let folder = Option<String>.text(
        "schemas", "DIR",
        ".avsc files for Confluent-framed packets, searched below DIR, as scripts/fetch-schemas brings them (schemas)",
        key: "schemas")
    private static let registry = Option<String>.address(
        "schema-registry", "URL",
        "a Confluent schema registry to ask for the others; by default, for a topic of a survey that has one, the survey's",
        beginnings: ["http://", "https://"], key: "schemaRegistry")

    static let all: [any DeclaredOption] = [folder, registry]
    /// The option that names the folder, for what shows its value.
    static let folderName = folder.declaration.name

    private let folder, registry: String?

    init(_ arguments: Arguments) throws(UsageError) {
        folder = try arguments.value(Self.folder)
        registry = try arguments.value(Self.registry)
    }

    /// What a call to another process says of a survey's own registry, beside the options that this one was given.
    func words(of stream: Survey) -> [String] {
        guard registry == nil, let registry = stream.stream.registry else { return [] }
        return ["--\(Self.registry.declaration.name)", registry]
    }

    /// Looks schemas up where the options say, for as long as the work is not to stop.
    ///
    /// - Parameters:
    ///   - stream: The survey whose stream the packets come from, by which its own registry is known; `nil` for files.
    ///   - stop: A question is broken off when it is set.
    /// - Returns: What answers a number.
    /// - Throws: ``UsageError`` where the folder cannot be read.
    func source(of stream: Survey? = nil, stop: StopSignal = StopSignal()) throws(UsageError) -> SchemaSource {
        do {
            let schemas = try SchemaRegistry(
                folder: folder, published: folder == nil ? StandardFolder.schemas.path : nil,
                registry: registry ?? stream?.stream.registry, cache: CacheFolder.path("schemas"), stop: stop
            ) { Terminal.info($0) }
            return { schemas.schema($0) }
        } catch { throw UsageError("--schemas: \(error)") }
    }
}
