package import SQLite

/// A packet that could not be used.
package struct DeadLetter: Sendable, Hashable, Encodable {
    /// Its number in the data folder.
    package let id: Int64
    /// The source's name, as it was given to the run.
    package let source: String
    /// The file or tarball member it came in, where there was one.
    package let member: String?
    /// Its number in the source, from 0.
    package let position: Int
    /// The kind of fault, in a word.
    package let code: String
    /// The fault, in a sentence.
    package let reason: String
    /// The field and the byte of the packet where the fault is.
    package let field: String
    /// The byte of the packet where the fault is, from 0.
    package let byte: Int
    /// Of the packet, hexadecimal.
    package let sha256: String
    /// Bytes of the packet.
    package let size: Int
    /// Whether all of it was kept; of one that was too large only the beginning is.
    package let isWhole: Bool
    /// `waiting` or `replayed`.
    package let state: String
    /// Where it came from.
    package let key: SourceKey
}

extension DeadLetter {
    /// The letters of a folder whose numbers come after one, the oldest first, `limit` of them at most; of one reason where its
    /// `code` is given.
    package static func list(
        in database: Database, after id: Int64 = -1, limit: Int = .max, code: String? = nil
    ) throws(BrokerError) -> [DeadLetter] {
        do {
            let query = try database.prepare(
                """
                SELECT id, source, fingerprint, partition, position, member, code, reason, field, byte, sha256, size,
                whole, state FROM dead_letters WHERE id > ?1 AND (?3 IS NULL OR code = ?3) ORDER BY id LIMIT ?2
                """)
            query.bind(0, id)
            query.bind(1, limit)
            if let code { query.bind(2, code) } else { query.bindNull(2) }
            var letters: [DeadLetter] = []
            while try query.step() {
                let key = SourceKey(
                    name: query.text(1) ?? "", fingerprint: query.text(2) ?? "", partition: Int(query.integer(3)))
                letters.append(
                    DeadLetter(
                        id: query.integer(0), source: key.name, member: query.text(5), position: Int(query.integer(4)),
                        code: query.text(6) ?? "", reason: query.text(7) ?? "", field: query.text(8) ?? "",
                        byte: Int(query.integer(9)), sha256: query.text(10) ?? "", size: Int(query.integer(11)),
                        isWhole: query.integer(12) == 1, state: query.text(13) ?? "", key: key))
            }
            return letters
        } catch { throw BrokerError(error) }
    }
}
