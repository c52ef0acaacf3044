package import DataLayout
internal import SQLite

extension DataReader {
    /// How far a partition of a topic is accounted for.
    ///
    /// - Parameters:
    ///   - topic: The topic's name.
    ///   - partition: Its number.
    /// - Returns: The offset after the last one that a folder has; 0 where none has any.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func position(inTopic topic: String, partition: Int) throws(BrokerError) -> Int {
        var position = 0
        for folder in folders {
            do {
                let query = try folder.database.prepare(
                    "SELECT max(position) FROM positions WHERE source = ? AND partition = ?")
                query.bind(0, "kafka:\(topic)")
                query.bind(1, partition)
                if try query.step(), !query.isNull(0) { position = max(position, Int(query.integer(0))) }
            } catch { throw BrokerError(error) }
        }
        return position
    }
}

extension DataReader {
    /// The folder that has accounted for an offset of a partition.
    ///
    /// - Parameters:
    ///   - topic: The topic's name.
    ///   - partition: Its number.
    ///   - offset: The offset.
    /// - Returns: The first such folder's place among ``folders``, and the ledger's name of the partition there; `nil` where none
    ///   has come so far.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func holder(
        of topic: String, _ partition: Int, beyond offset: Int
    ) throws(BrokerError) -> (folder: Int, source: SourceKey)? {
        for (index, folder) in folders.enumerated() {
            do {
                let query = try folder.database.prepare(
                    "SELECT fingerprint FROM positions WHERE source = ? AND partition = ? AND position > ?")
                query.bind(0, "kafka:\(topic)")
                query.bind(1, partition)
                query.bind(2, offset)
                guard try query.step() else { continue }
                return (
                    index,
                    SourceKey(name: "kafka:\(topic)", fingerprint: query.text(0) ?? "", partition: partition)
                )
            } catch { throw BrokerError(error) }
        }
        return nil
    }
}
