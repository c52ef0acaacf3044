package import Avro

/// What is known of a schema's number.
package enum SchemaAnswer: Sendable {
    case found(AvroSchema)
    /// There is no such number.
    case unknown
    /// There is, but what stands there is no schema that can be used.
    case unusable(String)
    /// Nothing could be learned now, and why: this is no answer, and to ask again may bring one.
    case unavailable(String)

    /// Why a packet that needs the schema cannot be decoded; `nil` where it can.
    package func fault(_ id: UInt32) -> String? {
        do throws(AlertError) { _ = try schema(id) } catch { return error.detail }
        return nil
    }

    /// The schema, or why a packet that needs it cannot be decoded.
    func schema(_ id: UInt32) throws(AlertError) -> AvroSchema {
        switch self {
        case .found(let schema): return schema
        case .unknown:
            throw AlertError(
                .unknownSchemaID, offset: 1,
                detail:
                    "the schema with number \(id) is neither in the files of schemas nor known to a registry that was asked: get it by scripts/fetch-schemas, "
                    + "or name --schemas DIR or --schema-registry URL, and give 'nightjar dead-letters replay'")
        case .unusable(let reason):
            throw AlertError(
                .unknownSchemaID, offset: 1, detail: "the schema with number \(id) cannot be used: \(reason)")
        case .unavailable(let reason):
            throw AlertError(
                .schemaUnavailable, offset: 1, detail: "the schema with number \(id) could not be had: \(reason)")
        }
    }
}
