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
