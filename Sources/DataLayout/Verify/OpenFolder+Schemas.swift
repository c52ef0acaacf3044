internal import SQLite

extension OpenFolder {
    /// The fingerprints of schemas that are not as they were stored: they are needed where a segment's header is damaged.
    package func damagedSchemas() throws(BrokerError) -> [String] {
        do {
            let query = try database.prepare("SELECT fingerprint, json FROM schemas")
            var damaged: [String] = []
            while try query.step() {
                let fingerprint = query.text(0) ?? ""
                if SegmentReader.schema(query.blob(1), fingerprint) == nil { damaged.append(fingerprint) }
            }
            return damaged
        } catch { throw BrokerError(error) }
    }
}
