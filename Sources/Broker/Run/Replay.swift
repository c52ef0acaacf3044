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
        var options = Run.Options(folder: folder, intakes: [])
        (options.supernovae, options.schemaOfID) = (supernovae, schemaOfID)
        return try run(in: HeldFolder(folder), options, complain: complain)
    }

    /// Processes the waiting letters of a folder that this process holds.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - options: How they are processed; its intakes are not read.
    ///   - complain: Called for each damaged letter.
    /// - Returns: The report of those whose packet can be used now, and the number of those that still wait.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written.
    package static func run(
        in folder: HeldFolder, _ options: Run.Options, complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (report: Report, waiting: Int) {
        let writer = try TransactionWriter(folder: folder.data, stages: options.stages)
        var decoding = AlertPipeline(options, supernovae: options.supernovae.map { SupernovaStage($0) })
        let outcome = try writer.replay(&decoding, complain: complain)
        try writer.finish()
        return outcome
    }
}
