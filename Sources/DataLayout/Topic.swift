package import Alerts
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

    /// The streams that have subscribers, of all surveys.
    package static let all = Survey.all.flatMap { survey in StreamKind.allCases.map { Topic(survey, $0) } }

    /// The stream of a name; `nil` where there is none.
    package init?(name: String) {
        guard let topic = Self.all.first(where: { $0.name == name }) else { return nil }
        self = topic
    }
}
