package import Alerts

/// The verdict of the extragalactic transient filter on one alert: the result of each cut.
package struct FilterVerdict: Sendable, Hashable {
    /// Whether the source is brighter on the new image than on the reference.
    package let isPositiveSub: Bool
    /// Whether no star of the catalogue is at its position.
    package let noPointsourceCounterpart: Bool
    /// Whether it was detected at the same position at least half an hour earlier, and so does not move.
    package let notMoving: Bool
    /// Whether no known solar-system object is near.
    package let noSSObject: Bool
    /// The original broker's purity cut; `false` where the survey does not measure its quantities.
    package let isPure: Bool

    /// A verdict with the result of each cut.
    package init(
        isPositiveSub: Bool, noPointsourceCounterpart: Bool, notMoving: Bool, noSSObject: Bool, isPure: Bool
    ) {
        self.isPositiveSub = isPositiveSub
        self.noPointsourceCounterpart = noPointsourceCounterpart
        self.notMoving = notMoving
        self.noSSObject = noSSObject
        self.isPure = isPure
    }

    /// Whether all four cuts pass. Purity is an additional cut.
    package var isExtragalacticTransient: Bool { isPositiveSub && noPointsourceCounterpart && notMoving && noSSObject }

    /// The names of the four cuts, as columns and reports have them.
    package static let cuts = ["is_positive_sub", "no_pointsource_counterpart", "not_moving", "no_ssobject"]

    /// The verdict before the filter has run: no cut passes.
    static let none = FilterVerdict(
        isPositiveSub: false, noPointsourceCounterpart: false, notMoving: false, noSSObject: false, isPure: false)
}

extension FilterVerdict: StageOutput {
    /// A boolean column for each cut, for all four, and for purity.
    package static let columns = (cuts + ["is_extragalactic_transient", "is_pure"]).map {
        ProductColumn($0, .boolean, isRequired: true)
    }

    /// The results in the order of ``columns``.
    package var values: [ProductValue] {
        [isPositiveSub, noPointsourceCounterpart, notMoving, noSSObject, isExtragalacticTransient, isPure]
            .map { .boolean($0) }
    }

    /// Counts each cut that rejected the alert.
    package func count(in tallies: inout Tallies) {
        for (name, passed) in zip(Self.cuts, [isPositiveSub, noPointsourceCounterpart, notMoving, noSSObject])
        where !passed { tallies[.rejected, name] += 1 }
    }
}

/// Selects alerts that may be supernovae or other transients outside our galaxy.
///
/// Source: the Pitt-Google broker's `is_extragalactic_transient` of 2021, after ZTF's alert filtering notebook; its
/// difference of detection times was signed and unsorted, and so missed the last gap: here the times are sorted.
///
/// A counterpart with an unknown star score (-999, which passed there too, and 0.5) does not count as a star.
///
/// For LSST the same cuts use its own fields: `isNegative` and `psfFlux` for the sign; `diaObject.nearbyObj1Dist` (schemas
/// to 7.4) for the counterpart, which has no star score, so that any source within 1.5 arcsec fails; `prvDiaSources`
/// for the motion; an `ssObjectId` for the solar system, at any distance, since LSST links them itself. Of several sources that
/// it links with one object (`diaDistanceRank`) only the nearest is the object.
package struct ExtragalacticFilter: Stage {
    /// Distance within which a catalogue source is a counterpart, arcsec.
    package static let counterpartDistance = 1.5
    /// Star score above which a counterpart is a star, 0 to 1. Pan-STARRS 1 has exactly this value where the score is unknown.
    package static let starScore: Float = 0.5
    /// Shortest time between two detections of a source that does not move, days: 30 minutes.
    package static let shortestGap = 1.0 / 48.0

    /// The filter, which has no settings.
    package init() {}

    /// The verdict on an alert.
    package func run(_ alert: ProcessedAlert) -> FilterVerdict? { verdict(of: alert.decoded.alert) }

    /// The verdict on an alert.
    package func verdict(of alert: Alert) -> FilterVerdict {
        FilterVerdict(
            isPositiveSub: alert.detection.isPositive == true && alert.detection.marks.isDisjoint(with: .noSource),
            noPointsourceCounterpart: Self.noPointsourceCounterpart(alert.catalogueMatch),
            notMoving: Self.notMoving(alert), noSSObject: Self.noSSObject(alert),
            isPure: alert.quality.map(Self.isPure) ?? false)
    }

    private static func noPointsourceCounterpart(_ match: CatalogueMatch?) -> Bool {
        guard let match, match.distance <= counterpartDistance else { return true }
        guard let score = match.starScore else { return match.separatesStars }
        return score <= starScore
    }

    /// At least two positive detections, the largest gap between successive ones at least half an hour. Earlier detections that
    /// the survey marks, and a packet's points after its alert, do not count.
    private static func notMoving(_ alert: Alert) -> Bool {
        let earlier = alert.lightCurve.detections.filter { $0.marks.isEmpty }
        let positive = ([alert.detection] + earlier).filter { $0.isPositive == true }
        let times = positive.map(\.epoch.mjd).sorted()
        return zip(times.dropFirst(), times).contains { $0 - $1 >= shortestGap }
    }

    private static func noSSObject(_ alert: Alert) -> Bool {
        guard let match = alert.solarSystemMatch, match.isNearest else { return true }
        // ZTF names any object within 30 arcsec; LSST only one that it has linked to the source.
        let reach = alert.survey.solarSystemDistance
        return match.distance.map { $0 > reach } ?? reach.isFinite
    }

    /// Source: the original broker's `is_pure`, 2021-04-03. A measurement that is missing fails its cut.
    private static func isPure(_ quality: ImageQuality) -> Bool {
        guard let rb = quality.rb, let nbad = quality.nbad, let fwhm = quality.fwhm, let elong = quality.elong,
            let magdiff = quality.magdiff
        else { return false }
        return rb >= 0.65 && nbad == 0 && fwhm <= 5 && elong <= 1.2 && abs(magdiff) <= 0.1
    }
}
