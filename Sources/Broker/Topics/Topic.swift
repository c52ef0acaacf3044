package import Alerts

/// A stream of records under the data folder.
package struct Topic: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Every alert once, as archived: the archive's segments are the topic's.
        case alertData = "alert_data"
        /// One message for each segment that the archive has closed.
        case avroBucket = "alert_avro_bucket"
        /// Alerts that passed the extragalactic transient filter, without images, with the filter's verdict.
        case exgalacTrans = "exgalac_trans"
        /// Those of them that were fitted, or could not be: the message of the filtered stream and the fit.
        case salt2
    }

    /// Such as `ztf_exgalac_trans`.
    package let name: String
    /// Where its segments lie, below the data folder.
    let folder: String
    /// Whose archived alerts are its messages; `nil` where it has others.
    let archivedSurvey: Survey?

    package init(_ survey: Survey, _ kind: Kind) {
        archivedSurvey = kind == .alertData ? survey : nil
        name = "\(survey.name)_\(kind.rawValue)"
        folder = kind == .alertData ? "archive/\(survey.name)" : "topics/\(name)"
    }

    private init(name: String, folder: String) {
        self.name = name
        self.folder = folder
        archivedSurvey = nil
    }

    /// The packets that could not be used, whole.
    static let deadLetters = Topic(name: "dead_letters", folder: "dead-letter")
    /// Packets as they were received, where the archived record alone cannot give their bytes back.
    static let received = Topic(name: "received", folder: "archive/received")

    /// Whether its segments lie in the archive.
    var isArchive: Bool { folder.hasPrefix("archive/") }

    /// The folders that hold every topic's segments, below the data folder.
    static let topFolders = ["archive", "topics", "dead-letter"]

    /// The streams that have subscribers, of all surveys.
    package static let all = Survey.all.flatMap { survey in Kind.allCases.map { Topic(survey, $0) } }

    package init?(name: String) {
        guard let topic = Self.all.first(where: { $0.name == name }) else { return nil }
        self = topic
    }
}
