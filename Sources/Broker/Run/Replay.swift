package import DataLayout
package import Pipeline

/// Takes dead letters again.
package enum Replay {
    /// Takes the waiting letters through every stage again, as a run does.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - supernovae: How supernova candidates are fitted; `nil` where they shall not be.
    ///   - schemaOfID: Answers the schema of a Confluent frame's number.
    ///   - complain: Given each letter that is damaged.
    /// - Returns: What became of those whose packet can be used now, and how many still wait.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written to.
    package static func run(
        folder: String, supernovae: SupernovaOptions?, schemaOfID: @escaping SchemaSource,
        complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, waiting: Int) {
        // A path without a data folder must not become one.
        _ = try FolderDatabase.open(folder)
        let writer = try TransactionWriter(folder: DataFolder(folder))
        var decoding = AlertPipeline(
            demandsPurity: false, supernovae: supernovae.map { SupernovaStage($0) }, schemaOfID: schemaOfID)
        let outcome = try writer.replay(&decoding, complain: complain)
        try writer.finish()
        return outcome
    }
}
