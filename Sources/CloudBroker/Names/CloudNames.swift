package import Alerts
package import Pipeline

/// The names of the broker's resources on Google Cloud. They are the original broker's, so that its users find theirs.
///
/// A test set's id is appended to every name, so that the set exists beside production and can be removed separately.
package struct CloudNames: Sendable, Hashable {
    /// A test set's id that is not valid.
    package struct InvalidTestID: Error, Hashable, CustomStringConvertible {
        /// The id.
        package let id: String
        package var description: String {
            "'\(id)' is not a valid test id: lower-case letters and digits, a letter first, 20 at most"
        }
    }

    /// A stream of products, or the one of dead letters.
    package struct Stream: Hashable, Sendable, CaseIterable {
        /// The stream's name without the survey.
        package let name: String

        /// A stream of products; a filter's is there where `setup` was told of it.
        package init(_ kind: StreamKind) { name = kind.rawValue }
        private init(name: String) { self.name = name }

        /// Every alert, as received.
        package static let alertData = Stream(.alertData)
        /// Notifications of the archive's bucket.
        package static let avroBucket = Stream(.avroBucket)
        /// Alerts that passed the filter.
        package static let exgalacTrans = Stream(.exgalacTrans)
        /// Alerts with their SALT2 fits.
        package static let salt2 = Stream(.salt2)
        /// Messages and alerts that cannot be used.
        package static let deadLetters = Stream(name: "dead_letters")
        /// Whether it may be read by everybody: products are, what cannot be used is not.
        package var isForEverybody: Bool { self != .deadLetters }

        /// All streams that are there without a filter of anybody's, the dead letters last.
        package static let allCases = StreamKind.own.map { Stream($0) } + [deadLetters]
    }

    /// The stages, each of which is a service of its own.
    package enum StageName: String, Sendable, CaseIterable {
        case archive, table, filter, salt2

        /// The stream that the stage reads.
        package var input: Stream { self == .salt2 ? .exgalacTrans : .alertData }

        /// The stream of the alerts that the stage passes on; `nil` for one that only stores them.
        package var output: Stream? {
            switch self {
            case .archive, .table: nil
            case .filter: .exgalacTrans
            case .salt2: .salt2
            }
        }
    }

    /// The Google Cloud project.
    package let project: String
    /// The survey, whose name begins most names.
    package let survey: Survey
    /// The test set's id; `nil` in production.
    package let testID: String?

    /// Names of a survey's resources in a project.
    ///
    /// - Throws: ``InvalidTestID``.
    package init(project: String, survey: Survey, testID: String? = nil) throws(InvalidTestID) {
        if let testID {
            let isSound =
                testID.first?.isLetter == true && testID.count <= 20
                && testID.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
            guard isSound else { throw InvalidTestID(id: testID) }
        }
        self.project = project
        self.survey = survey
        self.testID = testID
    }

    /// The names of the set to which a topic belongs, by the topic that a stream of a survey has there.
    ///
    /// - Returns: `nil` for a topic that is called otherwise.
    package init?(of stream: Stream, topic: String, project: String) {
        for survey in Survey.all {
            let name = "\(survey.name)_\(stream.name)"
            guard topic.hasPrefix(name) else { continue }
            let rest = topic.dropFirst(name.count)
            guard rest.isEmpty || rest.first == "-" else { continue }
            let id = rest.isEmpty ? nil : String(rest.dropFirst())
            if let names = try? CloudNames(project: project, survey: survey, testID: id) {
                self = names
                return
            }
        }
        return nil
    }

    private func dashed(_ name: String) -> String { testID.map { "\(name)-\($0)" } ?? name }
    private func underscored(_ name: String) -> String { testID.map { "\(name)_\($0)" } ?? name }

    /// The topic of a stream.
    package func topic(_ stream: Stream) -> String { dashed("\(survey.name)_\(stream.name)") }

    /// The stream of a user's filter that has a topic of this set; `nil` for any other topic.
    package func filterStream(of topic: String) -> Stream? {
        let (start, end) = ("\(survey.name)_", testID.map { "-\($0)" } ?? "")
        guard topic.hasPrefix(start), topic.hasSuffix(end), topic.count > start.count + end.count else { return nil }
        let stream = Stream(.filter(String(topic.dropFirst(start.count).dropLast(end.count))))
        return stream.name.contains("-") || Stream.allCases.contains(stream) ? nil : stream
    }

    /// The subscription of a stream that is not read: its undelivered messages are the night's count.
    package func counter(_ stream: Stream) -> String { dashed("\(survey.name)_\(stream.name)-counter") }

    /// The subscription that the instances of a stage share.
    package func subscription(_ stage: StageName) -> String {
        dashed("\(survey.name)_\(stage.input.name)-\(stage.rawValue)")
    }

    /// The service of Cloud Run that a stage is.
    package func service(_ stage: StageName) -> String { dashed("\(survey.name)-\(stage.rawValue)") }

    /// The archive's bucket, with an object for each alert.
    package var archiveBucket: String { dashed("\(project)_\(survey.name)_alert_avro_bucket") }
    /// The bucket of the plots, named after the fitter of the original broker.
    package var plotBucket: String { dashed("\(project)_\(survey.name)-sncosmo") }
    /// The bucket of the configuration files that stages read at their start; all surveys share it.
    package var filesBucket: String { dashed("\(project)-broker_files") }

    /// The dataset of the tables.
    package var dataset: String { underscored("\(survey.name)_alerts") }

    /// The object of an alert's plot.
    package static func plot(_ id: Int64) -> String { "salt2/plot_lc/candid_\(id).png" }
}
