package import Alerts
package import DataLayout

extension DataReader {
    /// The alert with an id; where several surveys have one, the newest.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownAlert` where no folder has it, and `damagedArchive` where each
    ///   record of it is damaged.
    package func alert(_ id: Int64) throws(BrokerError) -> ArchivedAlert {
        let newest = try surveys(ofAlert: id).first
        return try alert(id) { (folder) throws(BrokerError) in
            if let newest { try folder.alert(id, of: newest) } else { try folder.alert(id) }
        }
    }

    /// An alert out of the first folder that has it, sound.
    func alert(
        _ id: Int64, _ read: (OpenFolder) throws(BrokerError) -> ArchivedAlert
    ) throws(BrokerError) -> ArchivedAlert {
        var refusals: [BrokerError] = []
        for folder in folders {
            do throws(BrokerError) { return try read(folder) } catch {
                guard error.code == .unknownAlert || error.code == .damagedArchive else { throw error }
                refusals.append(error)
            }
        }
        if let damage = refusals.first(where: { $0.code == .damagedArchive }) { throw damage }
        guard refusals.count > 1 else { throw refusals[0] }
        throw BrokerError(.unknownAlert, path: "", detail: refusals.map(\.description).joined(separator: "; "))
    }

    /// The surveys of which a folder has an alert with an id, the newest alert's first.
    package func surveys(ofAlert id: Int64) throws(BrokerError) -> [Survey] {
        var times: [Survey: Double] = [:]
        for folder in folders {
            times.merge(try folder.surveys(ofAlert: id).map { ($0.survey, $0.time) }) { max($0, $1) }
        }
        return times.sorted { $0.value > $1.value }.map(\.key)
    }

    /// The alert that a word names: by its id, or an object's newest alert by the object's name.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownAlert` or `unknownObject` where there is none.
    package func alert(named word: String) throws(BrokerError) -> ArchivedAlert {
        let id = Int64(word)
        if let id, try !surveys(ofAlert: id).isEmpty { return try alert(id) }
        if let newest = try newestAlert(of: word) {
            return try alert(newest.id) { (folder) throws(BrokerError) in try folder.alert(newest.id, of: newest.survey)
            }
        }
        // What it has instead is said of numbers alone.
        if let id { return try alert(id) }
        throw unknownObject(word)
    }
}
