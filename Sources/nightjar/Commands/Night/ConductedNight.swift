internal import Alerts
internal import Conductor
internal import DataLayout
internal import Foundation
internal import Query

/// A night of a survey in data folders: its state and its receipts, which lie in `DIR/nights`.
struct ConductedNight {
    static let survey = Option<Survey>.choice(
        "survey", "the survey, where the folders have several of the night",
        among: Survey.all.map { ($0.name, $0) })

    let survey: Survey
    let night: Int
    /// Of the data folders; of none where there are only receipts, as of a night on Google Cloud.
    let reader: DataReader
    /// The folder of states and receipts; it may not be there.
    let folder: String

    /// - Parameters:
    ///   - night: YYYYMMDD.
    ///   - survey: The survey; `nil` for the only one that the folders have of the night.
    ///   - data: The folders.
    /// - Throws: ``UsageError`` where the folders have several surveys of the night.
    init(_ night: Int, of survey: Survey?, in data: DataFolders) throws {
        self.night = night
        reader = try data.openNight()
        let folders = data.given.map { "\($0)/nights" }
        folder = folders.first { FileManager.default.fileExists(atPath: $0) } ?? folders[0]
        if let survey {
            self.survey = survey
            return
        }
        let folder = folder
        var found = Survey.all.filter {
            NightFiles(folder: folder).nights(of: $0.name).contains(night)
                || !NightReceipt.editions(survey: $0.name, night: night, in: folder).isEmpty
        }
        if found.isEmpty { found = try reader.surveys(ofNight: night) }
        guard let only = found.first else {
            throw BrokerError(
                .unknownAlert, path: data.given.joined(separator: ", "),
                detail: "nothing of night \(night) is here; 'nightjar ledger' shows the nights, and --survey names one "
                    + "whose night was empty")
        }
        guard found.count == 1 else {
            throw UsageError("night \(night) is there of \(found.map(\.name).joined(separator: ", ")); say --survey")
        }
        self.survey = only
    }

    /// The last edition of its receipts; `nil` where none is stored.
    var lastEdition: Int? { NightReceipt.editions(survey: survey.name, night: night, in: folder).last }

    /// A stored receipt: the last, or one edition; where none is stored, or it is to be new, one made now.
    func receipt(edition: Int?, isAnew: Bool = false) throws -> NightReceipt {
        if !isAnew, let edition = edition ?? lastEdition {
            return try NightReceipt.read(edition: edition, survey: survey.name, night: night, in: folder)
        }
        return try NightReceipt.make(
            proof: proof(), night: night, survey: survey, reader: reader, edition: (lastEdition ?? 0) + 1, date: Date())
    }

    /// What the conductor knows of the night; `nil` for one that it did not conduct.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where the night's state is damaged.
    func proof() throws(BrokerError) -> NightProof? {
        try NightFiles(folder: folder).load(survey.name, night)?.proof
    }
}
