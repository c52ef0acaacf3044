package import Alerts
internal import Pipeline

/// What the broker's things are called on Google Cloud: the original broker's names, so that its users find theirs.
///
/// A test set's id is appended to every name, so that it lives beside production and can be taken down by itself.
package struct CloudNames: Sendable, Hashable {
    /// Why an id cannot be a test set's.
    package struct InvalidTestID: Error, Hashable, CustomStringConvertible {
        package let id: String
        package var description: String {
            "'\(id)' is no test id: lower-case letters and digits, a letter first, 20 at most"
        }
    }

    /// The streams of products, and the one of what cannot be used.
    package struct Stream: Hashable, Sendable, CaseIterable {
        package let name: String

        private init(_ kind: StreamKind) { name = kind.rawValue }
        private init(name: String) { self.name = name }

        package static let alertData = Stream(.alertData)
        package static let avroBucket = Stream(.avroBucket)
        package static let exgalacTrans = Stream(.exgalacTrans)
        package static let salt2 = Stream(.salt2)
        package static let deadLetters = Stream(name: "dead_letters")
        package static let allCases = StreamKind.allCases.map { Stream($0) } + [deadLetters]
    }

    /// The stages that run apart.
    package enum StageName: String, Sendable, CaseIterable {
        case archive, table, filter, salt2

        /// The stream that it takes.
        package var input: Stream { self == .salt2 ? .exgalacTrans : .alertData }
    }

    package let project: String
    package let survey: Survey
    /// `nil` in production.
    package let testID: String?

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

    private func dashed(_ name: String) -> String { testID.map { "\(name)-\($0)" } ?? name }
    private func underscored(_ name: String) -> String { testID.map { "\(name)_\($0)" } ?? name }

    package func topic(_ stream: Stream) -> String { dashed("\(survey.name)_\(stream.name)") }

    /// The subscription that nobody pulls: its undelivered messages are the night's count.
    package func counter(_ stream: Stream) -> String { dashed("\(survey.name)_\(stream.name)-counter") }

    /// The subscription that the copies of a stage share.
    package func subscription(_ stage: StageName) -> String {
        dashed("\(survey.name)_\(stage.input.name)-\(stage.rawValue)")
    }

    /// One object for each alert.
    package var archiveBucket: String { dashed("\(project)_\(survey.name)_alert_avro_bucket") }
    /// The light curves' pictures, named after the fitter of the original broker.
    package var pictureBucket: String { dashed("\(project)_\(survey.name)-sncosmo") }
    /// The configuration that every stage reads at its start; all surveys share it.
    package var filesBucket: String { dashed("\(project)-broker_files") }

    package var dataset: String { underscored("\(survey.name)_alerts") }

    /// The picture of an alert's fit.
    package static func picture(_ id: Int64) -> String { "salt2/plot_lc/candid_\(id).png" }
}
