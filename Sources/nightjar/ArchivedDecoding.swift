internal import Alerts
internal import DataLayout
internal import Filters
internal import Query

/// An alert out of the archive, as it was understood when it came.
enum ArchivedDecoding {
    /// - Parameters:
    ///   - word: An alert's id, or an object's name for its newest alert.
    ///   - data: The data folders.
    /// - Returns: The alert.
    /// - Throws: ``DataLayout/BrokerError`` for an unknown alert or a damaged record.
    static func alert(_ word: String, in data: DataFolders) throws -> DecodedAlert {
        try decoded(NamedObject.alert(word, in: data.open()))
    }

    /// The same, with what was computed of it then, as filters see it.
    static func judged(
        _ word: String, in data: DataFolders, _ sight: SightOptions
    ) throws -> (DecodedAlert, ComputedValues) {
        let archived = try NamedObject.alert(word, in: data.open())
        return (
            try decoded(archived),
            try StoredValues(sight.computed(archived.survey), in: archived.folder, archived.survey).values(
                of: archived.id)
        )
    }

    private static func decoded(_ archived: ArchivedAlert) throws -> DecodedAlert {
        var decoder = AlertDecoder()
        var found: DecodedAlert?
        try decoder.decode(archived.container()[...]) { found = $0 }
        guard let found else {
            throw FileError(path: archived.path, detail: "the record of the alert \(archived.id) is none")
        }
        return found
    }
}
