package import Alerts
internal import Avro
internal import Foundation
internal import HTTP
internal import Synchronization
package import Threads

/// Knows the schemas of Confluent frames by their number: out of `.avsc` files, then from a schema registry, whose answers are
/// kept on disk.
///
/// Rubin numbers its schemas major*100+minor and calls them `lsst.v7_4.alert`, in files that name each other's types.
///
/// It asks once and returns what it learned; the caller decides whether to ask again. Only a schema and "no such
/// number" are answers, and the latter for a minute. Any number of threads may ask; one of them asks the registry.
package final class SchemaRegistry: Sendable {
    private static let largestText = 1 << 20
    /// Of the registry's schemas and numbers that nobody knows: when there are more, all of them are forgotten.
    private static let mostBytes = 16 << 20
    private static let mostNumbers = 10_000
    private static let deadline = Duration.seconds(5)
    /// How long "no such number" holds: a schema may be registered after its first packet.
    private static let unknownHolds = Duration.seconds(60)
    /// How long a registry that failed is left alone: a batch of packets is not as many questions.
    private static let pause = Duration.milliseconds(500)

    private struct State {
        var answers: [UInt32: SchemaAnswer] = [:]
        var unknown: [UInt32: ContinuousClock.Instant] = [:]
        var bytes = 0
        var failure: (reason: String, until: ContinuousClock.Instant)?
    }

    private let files: [UInt32: AvroSchema]
    private let published: PublishedSchemas?
    private let kept: KeptSchemas?
    private let registry: String?
    private let http = HTTPClient(settings)
    private let stop: StopSignal
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let asking = Mutex<Void>(())

    /// Reads the files of a folder; the registry is not asked yet.
    ///
    /// - Parameters:
    ///   - folder: Searched below for `.avsc` files; each folder of them is a set that stands for itself.
    ///   - published: A folder of the same kind that nobody named: it is read once a packet needs it, and need not be whole.
    ///   - registry: The address of a Confluent schema registry.
    ///   - cache: The folder in which its answers are kept; it need not be there.
    ///   - stop: A question is broken off when it is set.
    ///   - log: Told what was learned and what could not be kept.
    /// - Throws: ``SchemaError`` where the folder cannot be read, or has no schema that can be told by its number.
    package init(
        folder: String?, published: String? = nil, registry: String?, cache: String? = nil,
        stop: StopSignal = StopSignal(), log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(SchemaError) {
        self.registry = registry.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.published = published.map { PublishedSchemas(folder: $0) }
        kept = cache.map { KeptSchemas(folder: $0, largestText: Self.largestText) }
        self.stop = stop
        self.log = log
        files = try folder.map { (folder) throws(SchemaError) in try SchemaFiles.read(folder) } ?? [:]
    }

    /// The schema with a number: of the files, of the registry's answers on disk, or what the registry says of it now.
    package func schema(_ id: UInt32) -> SchemaAnswer {
        if let schema = files[id] { return .found(schema) }
        let published = published?.schema(id) ?? .unknown
        if case .found = published { return published }
        if let answer = known(id) { return answer }
        return asking.withLock { _ in
            // Another thread may just have asked.
            if let answer = known(id) { return answer }
            if let schema = kept?.schema(id) {
                remember(.found(schema), bytes: schema.bytesInMemory, of: id)
                return .found(schema)
            }
            guard let registry else {
                remember(published, bytes: 0, of: id)
                return published
            }
            let asked = stop.finishing { [http] in Self.ask(registry, id, over: http) }
            let (answer, text) = asked ?? (.unavailable("stopped before the schema registry answered"), [])
            remember(answer, bytes: text.count, of: id)
            if case .found(let schema) = answer { keep(text, schema, as: id) }
            return answer
        }
    }

    private func keep(_ text: ArraySlice<UInt8>, _ schema: AvroSchema, as id: UInt32) {
        let name = schema.root.record?.fullName ?? schema.root.name
        do throws(SchemaError) {
            let isKept = try kept?.keep(text, schema, as: id) ?? false
            log("the schema registry has number \(id): \(name)\(isKept ? ", kept" : "")")
        } catch { log("\(error)") }
    }

    private func known(_ id: UInt32) -> SchemaAnswer? {
        state.withLock { state in
            if let answer = state.answers[id] { return answer }
            let now = ContinuousClock.now
            if let until = state.unknown[id], now < until { return .unknown }
            if let failure = state.failure, now < failure.until { return .unavailable(failure.reason) }
            return nil
        }
    }

    private func remember(_ answer: SchemaAnswer, bytes: Int, of id: UInt32) {
        let now = ContinuousClock.now
        state.withLock { state in
            if case .unavailable(let reason) = answer {
                state.failure = (reason, now + Self.pause)
                return
            }
            state.failure = nil
            let numbers = state.answers.count + state.unknown.count
            if state.bytes + bytes > Self.mostBytes || numbers >= Self.mostNumbers { state = State() }
            if case .unknown = answer {
                state.unknown[id] = now + Self.unknownHolds
            } else {
                state.unknown[id] = nil
                state.answers[id] = answer
                state.bytes += bytes
            }
        }
    }

    // MARK: - The registry

    /// - Returns: What the registry says of a number, and the schema's text where it is one.
    private static func ask(
        _ registry: String, _ id: UInt32, over http: HTTPClient
    ) -> (SchemaAnswer, text: ArraySlice<UInt8>) {
        let response: HTTPResponse
        do throws(HTTPError) {
            var request = HTTPRequest(.get, "\(registry)/schemas/ids/\(id)")
            request.followsRedirects = true
            response = try http.send(request, limit: largestText, deadline: deadline)
        } catch {
            // What is too long will be too long again.
            if error.code == .tooLong { return (.unusable(error.detail), []) }
            return (.unavailable("\(error)"), [])
        }
        switch response.status {
        case 200: return answer(in: response.body)
        case 404: return (.unknown, [])
        default: return (.unavailable("the schema registry answers with status \(response.status)"), [])
        }
    }

    private static func answer(in body: [UInt8]) -> (SchemaAnswer, text: ArraySlice<UInt8>) {
        // A proxy may answer in the registry's place, and with anything.
        guard let schema = try? JSONValue.parse(body[...])["schema"]?.string else {
            return (.unavailable("the schema registry's answer is no JSON object with a schema"), [])
        }
        let text = ArraySlice(schema.utf8)
        do throws(AvroError) { return (.found(try AvroSchema.compiled(text)), text) } catch {
            return (.unusable("\(error)"), [])
        }
    }

    private static let settings: HTTPSettings = {
        var settings = HTTPSettings()
        settings.connectTimeout = .seconds(3)
        return settings
    }()
}
