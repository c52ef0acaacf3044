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

/// The schemas last used, the latest first. Surveys have a handful; hostile texts push each other out.
private final class SchemaCache: Sendable {
    static let shared = SchemaCache()
    private static let capacity = 32

    private let recent = Mutex<[AvroSchema]>([])

    func find(_ json: ArraySlice<UInt8>) -> AvroSchema? {
        // Compared outside the lock, since that is all the work there is.
        let known = recent.withLock { $0 }
        guard let index = known.firstIndex(where: { $0.json.equals(json) }) else { return nil }
        if index >= 4 { moveToFront(known[index]) }
        return known[index]
    }

    func add(_ schema: AvroSchema) {
        recent.withLock { recent in
            if recent.count >= Self.capacity { recent.removeLast() }
            recent.insert(schema, at: 0)
        }
    }

    private func moveToFront(_ schema: AvroSchema) {
        recent.withLock { recent in
            guard let index = recent.firstIndex(of: schema) else { return }
            recent.remove(at: index)
            recent.insert(schema, at: 0)
        }
    }
}
