internal import Avro
internal import SQLite
package import Stages

/// What the command does with dead letters.
package enum DeadLetterBox {
    /// The letters of a data folder whose numbers come after one, the oldest first, `limit` of them at most.
    package static func list(
        folder: String, after id: Int64 = -1, limit: Int = .max
    ) throws(BrokerError) -> [DeadLetter] {
        try DeadLetters.list(in: DataFolder.openForReading(folder), after: id, limit: limit)
    }

    /// How many letters have a reason.
    package struct Count: Sendable, Hashable {
        package let code: String
        package let letters: Int
        /// Those that were not replayed.
        package let waiting: Int
    }

    /// The letters of a data folder by their reasons, the most frequent first.
    package static func counts(folder: String) throws(BrokerError) -> [Count] {
        let database = try DataFolder.openForReading(folder)
        do {
            let query = try database.prepare(
                """
                SELECT code, count(*), sum(state = 'waiting') FROM dead_letters GROUP BY code ORDER BY 2 DESC, 1
                """)
            var counts: [Count] = []
            while try query.step() {
                counts.append(
                    Count(
                        code: query.text(0) ?? "", letters: Int(query.integer(1)), waiting: Int(query.integer(2))))
            }
            return counts
        } catch { throw BrokerError(error) }
    }

    /// The packet of a letter, as it was received.
    package static func packet(_ id: Int64, folder: String) throws(BrokerError) -> ArraySlice<UInt8> {
        try DeadLetterPackets(folder: folder).packet(id)
    }

    /// Takes the waiting letters through every stage again, as a run does.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - supernovae: How supernova candidates are fitted; `nil` where they shall not be.
    ///   - schemaOfID: Answers the schema of a Confluent frame's number.
    ///   - complain: Given each letter that is damaged.
    /// - Returns: What became of those whose packet can be used now, and how many still wait.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written to.
    package static func replay(
        folder: String, supernovae: SupernovaOptions?, schemaOfID: @escaping SchemaSource,
        complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, waiting: Int) {
        // A folder that is none must not be made into one.
        _ = try DataFolder.openForReading(folder)
        let committer = try Committer(folder: DataFolder(folder))
        var decoding = PacketDecoding(
            demandsPurity: false, supernovae: supernovae.map { SupernovaStage($0) }, schemaOfID: schemaOfID)
        let outcome = try committer.replay(&decoding, complain: complain)
        try committer.finish()
        return outcome
    }
}
