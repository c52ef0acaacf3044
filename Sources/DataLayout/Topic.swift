package import Alerts
internal import Filters
package import Pipeline

/// A stream of records under the data folder.
package struct Topic: Hashable, Sendable {
    /// Such as `ztf_exgalac_trans`.
    package let name: String
    /// Where its segments lie, below the data folder.
    package let folder: String
    /// Whose archived alerts are its messages; `nil` where it has others.
    package let archivedSurvey: Survey?

    /// A survey's stream.
    package init(_ survey: Survey, _ stream: StreamKind) {
        archivedSurvey = stream == .alertData ? survey : nil
        name = stream.name(of: survey)
        folder = stream == .alertData ? "archive/\(survey.name)" : "topics/\(name)"
    }

    private init(name: String, folder: String) {
        self.name = name
        self.folder = folder
        archivedSurvey = nil
    }

    /// The packets that could not be used, whole.
    package static let deadLetters = Topic(name: "dead_letters", folder: "dead-letter")
    /// Packets as they were received, where the archived record alone cannot give their bytes back.
    package static let received = Topic(name: "received", folder: "archive/received")

    /// Whether its segments lie in the archive.
    package var isArchive: Bool { folder.hasPrefix("archive/") }

    /// The folders that hold every topic's segments, below the data folder.
    package static let topFolders = ["archive", "topics", "dead-letter"]

    /// The streams that every folder has, of all surveys.
    package static let own = Survey.all.flatMap { survey in StreamKind.own.map { Topic(survey, $0) } }

    /// The stream of a name, whether or not a folder has it; `nil` for a name that no stream has.
    package init?(name: String) {
        if let own = Self.own.first(where: { $0.name == name }) {
            self = own
            return
        }
        guard let survey = Survey.ofProducts(name), name.hasPrefix("\(survey.name)_") else { return nil }
        let filter = String(name.dropFirst(survey.name.count + 1))
        guard FilterText.isName(filter) else { return nil }
        self.init(survey, .filter(filter))
    }
}
