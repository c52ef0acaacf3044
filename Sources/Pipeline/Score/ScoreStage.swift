package import Alerts
package import Classifier
package import Filters
internal import Synchronization

/// Scores alerts by classifiers. The column of a class is `<classifier>_<class>`; filters see all of them in the table `scores`.
package final class ScoreStage: Stage {
    /// A classifier, and what runs it.
    package struct Member: Sendable {
        /// What it is.
        package let description: ClassifierDescription
        /// The model; `nil` where nothing can run it, so that its scores are null.
        package let classifier: Classifier?

        /// A classifier with its model.
        package init(_ description: ClassifierDescription, _ classifier: Classifier?) {
            (self.description, self.classifier) = (description, classifier)
        }

        fileprivate var columns: [ProductColumn] {
            description.classes.map { ProductColumn("\(description.name)_\($0)", .real) }
        }
    }

    /// The scores of an alert.
    package struct Output: StageOutput {
        /// The values of all classifiers' columns.
        package let values: [ProductValue]
        fileprivate let scored: [String]

        /// Counts the classifiers that have scored it.
        package func count(in tallies: inout Tallies) { for name in scored { tallies[.scored, name] += 1 } }
    }

    /// The table's name.
    package static let tableName = "scores"

    private let members: [Survey: [Member]]
    private let reddening: @Sendable (Double, Double) -> Double?
    private let log: @Sendable (String) -> Void
    /// Classifiers whose failure was logged.
    private let failed = Mutex<Set<String>>([])

    /// A stage of classifiers.
    ///
    /// - Parameters:
    ///   - members: The classifiers.
    ///   - reddening: E(B-V) of our galaxy's dust, mag, at right ascension and declination, degrees; `nil` where it is not known.
    ///   - log: Told of the first failure of each classifier.
    package init(
        _ members: [Member], reddening: @escaping @Sendable (Double, Double) -> Double? = { _, _ in nil },
        log: @escaping @Sendable (String) -> Void
    ) {
        self.members = Dictionary(
            uniqueKeysWithValues: Survey.all.map { survey in
                (survey, members.filter { $0.description.surveys.contains(survey) })
            })
        (self.reddening, self.log) = (reddening, log)
    }

    /// The columns of the survey's classifiers.
    package func columns(of survey: Survey) -> [ProductColumn] { members[survey, default: []].flatMap(\.columns) }

    /// `scores`, with those columns; `nil` for a survey without classifiers.
    package func table(of survey: Survey) -> ComputedTable? {
        let columns = columns(of: survey)
        return columns.isEmpty
            ? nil
            : ComputedTable(Self.tableName, columns.map { ComputedTable.Column($0.name, $0.kind.ofFilters) })
    }

    /// The scores of an alert.
    package func run(_ alert: ProcessedAlert) -> Output? {
        let members = members[alert.decoded.schema.survey, default: []]
        guard members.contains(where: { $0.classifier != nil }) else { return nil }
        let detection = alert.decoded.alert.detection
        var curve: [LightCurvePoint]?
        var (values, scored): ([ProductValue], [String]) = ([], [])
        for member in members {
            if member.description.needsLightCurve, curve == nil {
                curve = LightCurvePoint.points(of: alert.decoded.alert)
            }
            var dust: Double?
            if member.description.needsReddening, let ra = detection.ra, let dec = detection.dec {
                dust = reddening(ra, dec)
            }
            guard let scores = scores(of: alert.decoded, by: member, curve ?? [], dust) else {
                values += [ProductValue](repeating: .null, count: member.description.classes.count)
                continue
            }
            scored.append(member.description.name)
            values += scores.map { ProductValue($0) }
        }
        return Output(values: values, scored: scored)
    }

    private func scores(
        of alert: DecodedAlert, by member: Member, _ curve: [LightCurvePoint], _ reddening: Double?
    ) -> [Double]? {
        guard let classifier = member.classifier else { return nil }
        do throws(ClassifierError) {
            return try classifier.scores(of: alert, lightCurve: curve, reddening: reddening)
        } catch {
            // A model that fails on one alert may fail on all: one line, and the alert has no score.
            if failed.withLock({ $0.insert(classifier.name).inserted }) { log("\(error)") }
            return nil
        }
    }
}

extension Tallies.Group {
    /// Stored alerts that each classifier has scored.
    package static let scored = Tallies.Group("scored")
}
