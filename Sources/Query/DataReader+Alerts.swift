package import DataLayout
internal import SQLite

extension DataReader {
    /// The alert with an id.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownAlert` where no folder has it, and `damagedArchive` where each
    ///   record of it is damaged.
    package func alert(_ id: Int64) throws(BrokerError) -> ArchivedAlert {
        var refusals: [BrokerError] = []
        for folder in folders {
            do throws(BrokerError) { return try folder.alert(id) } catch {
                guard error.code == .unknownAlert || error.code == .damagedArchive else { throw error }
                refusals.append(error)
            }
        }
        if let damage = refusals.first(where: { $0.code == .damagedArchive }) { throw damage }
        guard refusals.count > 1 else { throw refusals[0] }
        throw BrokerError(.unknownAlert, path: "", detail: refusals.map(\.description).joined(separator: "; "))
    }

    /// The alert that a word names: by its id, or an object's newest alert by the object's name.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownAlert` or `unknownObject` where there is none.
    package func alert(named word: String) throws(BrokerError) -> ArchivedAlert {
        let id = Int64(word)
        if let id, try hasAlert(id) { return try alert(id) }
        if let newest = try newestAlert(of: word) { return try alert(newest) }
        // What it has instead is said of numbers alone.
        if let id { return try alert(id) }
        throw unknownObject(word)
    }

    /// Whether a folder has an alert with an id.
    func hasAlert(_ id: Int64) throws(BrokerError) -> Bool {
        for folder in folders {
            do {
                let query = try folder.database.prepare("SELECT 1 FROM archive WHERE id = ?")
                query.bind(0, id)
                defer { query.reset() }
                if try query.step() { return true }
            } catch { throw BrokerError(error) }
        }
        return false
    }
}
