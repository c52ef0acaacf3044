internal import Synchronization

extension AvroSchema {
    /// The schema of a text, from the cache if it has it: then only the bytes are compared.
    package static func compiled(_ json: ArraySlice<UInt8>) throws(AvroError) -> AvroSchema {
        if let known = SchemaCache.shared.find(json) { return known }
        let schema = try parse(json)
        SchemaCache.shared.add(schema)
        return schema
    }
}

/// The most recently used schemas. Surveys have a handful; hostile texts replace each other.
private final class SchemaCache: Sendable {
    static let shared = SchemaCache()

    private let recent = Mutex(RecentValues<AvroSchema>(most: 32, bytes: 16 << 20))

    func find(_ json: ArraySlice<UInt8>) -> AvroSchema? {
        // Compared outside the lock, since that is most of the work.
        let known = recent.withLock { $0.values }
        guard let index = known.firstIndex(where: { $0.json.equals(json) }) else { return nil }
        if index >= 4 { _ = recent.withLock { recent in recent.first { $0 == known[index] } } }
        return known[index]
    }

    func add(_ schema: AvroSchema) {
        recent.withLock { $0.add(schema, bytes: schema.bytesInMemory) }
    }
}
