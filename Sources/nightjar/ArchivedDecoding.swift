internal import Alerts
internal import DataLayout
internal import Query

/// An alert out of the archive, as it was understood when it came.
enum ArchivedDecoding {
    /// - Parameters:
    ///   - word: An alert's id, or an object's name for its newest alert.
    ///   - data: The data folders.
    /// - Returns: The alert.
    /// - Throws: ``DataLayout/BrokerError`` for an unknown alert or a damaged record.
    static func alert(_ word: String, in data: DataFolders) throws -> DecodedAlert {
        let archived = try NamedObject.alert(word, in: data.open())
        var decoder = AlertDecoder()
        var found: DecodedAlert?
        try decoder.decode(archived.container()[...]) { found = $0 }
        guard let found else {
            throw FileError(path: archived.path, detail: "the record of the alert \(archived.id) is none")
        }
        return found
    }
}
