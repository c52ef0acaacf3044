package import Avro
internal import SQLite

extension OpenFolder {
    /// Reads the records of one segment, in the order of their offsets.
    ///
    /// - Parameters:
    ///   - segment: The segment's number.
    ///   - body: Called with each record and its schema; returns whether to go on.
    /// - Throws: ``BrokerError``, of code `damagedArchive` where a record is not as it was written, and what `body` throws.
    package func forEachRecord(
        ofSegment segment: Int64, _ body: (ArraySlice<UInt8>, AvroSchema) throws(BrokerError) -> Bool
    ) throws(BrokerError) {
        let query: Statement
        do {
            query = try database.prepare(
                """
                SELECT \(RecordLocation.columns) FROM messages AS m JOIN segments AS s USING (segment, topic)
                WHERE topic = (SELECT topic FROM segments WHERE segment = ?1) AND segment = ?1 ORDER BY m.offset
                """)
        } catch { throw BrokerError(error) }
        query.bind(0, segment)
        while true {
            do { guard try query.step() else { return } } catch { throw BrokerError(error) }
            let (record, schema) = try segments.record(at: RecordLocation(query, from: 0))
            guard try body(record, schema) else { return }
        }
    }
}
