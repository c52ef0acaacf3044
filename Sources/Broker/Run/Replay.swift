package import DataLayout
package import Pipeline

/// Processes dead letters again.
package enum Replay {
    /// Processes the waiting letters through every stage, as a run does.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - supernovae: How supernova candidates are fitted; `nil` for no fits.
    ///   - schemaOfID: Looks up the schema of a Confluent frame's number.
    ///   - complain: Called for each damaged letter.
    /// - Returns: The report of those whose packet can be used now, and the number of those that still wait.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written.
    package static func run(
        folder: String, supernovae: SupernovaOptions?, schemaOfID: @escaping SchemaSource,
        complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, waiting: Int) {
        try run(in: HeldFolder(folder), supernovae: supernovae, schemaOfID: schemaOfID, complain: complain)
    }

    /// Processes the waiting letters of a folder that this process holds.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - supernovae: How supernova candidates are fitted; `nil` for no fits.
    ///   - schemaOfID: Looks up the schema of a Confluent frame's number.
    ///   - complain: Called for each damaged letter.
    /// - Returns: The report of those whose packet can be used now, and the number of those that still wait.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written.
    package static func run(
        in folder: HeldFolder, supernovae: SupernovaOptions?, schemaOfID: @escaping SchemaSource,
        complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, waiting: Int) {
        let writer = try TransactionWriter(folder: folder.data, stages: folder.stages)
        var decoding = AlertPipeline(
            demandsPurity: false, supernovae: supernovae.map { SupernovaStage($0) }, schemaOfID: schemaOfID)
        let outcome = try writer.replay(&decoding, complain: complain)
        try writer.finish()
        return outcome
    }
}
