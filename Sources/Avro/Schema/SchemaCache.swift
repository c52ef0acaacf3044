internal import Synchronization

extension AvroSchema {
    /// The schema of a text, built at its first sight. A text seen before costs a comparison of its bytes.
    package static func compiled(_ json: ArraySlice<UInt8>) throws(AvroError) -> AvroSchema {
        if let known = SchemaCache.shared.find(json) { return known }
        let schema = try parse(json)
        SchemaCache.shared.add(schema)
        return schema
    }
}

/// The schemas used last. Surveys have a handful; hostile texts push each other out.
private final class SchemaCache: Sendable {
    static let shared = SchemaCache()

    private let recent = Mutex(RecentValues<AvroSchema>(most: 32, bytes: 16 << 20))

    func find(_ json: ArraySlice<UInt8>) -> AvroSchema? {
        // Compared outside the lock, since that is all the work there is.
        let known = recent.withLock { $0.values }
        guard let index = known.firstIndex(where: { $0.json.equals(json) }) else { return nil }
        if index >= 4 { _ = recent.withLock { recent in recent.first { $0 == known[index] } } }
        return known[index]
    }

    func add(_ schema: AvroSchema) {
        recent.withLock { $0.add(schema, bytes: schema.bytesInMemory) }
    }
}
