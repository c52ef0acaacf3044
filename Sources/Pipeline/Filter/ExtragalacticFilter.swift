package import Alerts

/// What the extragalactic transient filter says of one alert, each cut by its name.
package struct FilterVerdict: Sendable, Hashable {
    /// The source is brighter on the new image than on the reference.
    package let isPositiveSub: Bool
    /// No star of the catalogue stands at its place.
    package let noPointsourceCounterpart: Bool
    /// It was seen at the same place before, at least half an hour apart, so it does not move.
    package let notMoving: Bool
    /// No known solar-system object is near.
    package let noSSObject: Bool
    /// The original broker's purity cut; `false` where the survey gives no such measurements.
    package let isPure: Bool

    package init(
        isPositiveSub: Bool, noPointsourceCounterpart: Bool, notMoving: Bool, noSSObject: Bool, isPure: Bool
    ) {
        self.isPositiveSub = isPositiveSub
        self.noPointsourceCounterpart = noPointsourceCounterpart
        self.notMoving = notMoving
        self.noSSObject = noSSObject
        self.isPure = isPure
    }

    /// All four cuts pass. Purity is a cut of its own.
    package var isExtragalacticTransient: Bool { isPositiveSub && noPointsourceCounterpart && notMoving && noSSObject }

    /// The cuts that make the filter, by name.
    package static let cuts = ["is_positive_sub", "no_pointsource_counterpart", "not_moving", "no_ssobject"]

    /// Before the filter has run: nothing passes.
    static let none = FilterVerdict(
        isPositiveSub: false, noPointsourceCounterpart: false, notMoving: false, noSSObject: false, isPure: false)
}

extension FilterVerdict: StageOutput {
    package static let columns = (cuts + ["is_extragalactic_transient", "is_pure"]).map {
        ProductColumn($0, .boolean, isRequired: true)
    }

    package var values: [ProductValue] {
        [isPositiveSub, noPointsourceCounterpart, notMoving, noSSObject, isExtragalacticTransient, isPure]
            .map { .boolean($0) }
    }

    /// Each cut that turned the alert away.
    package func count(in tallies: inout Tallies) {
        for (name, passed) in zip(Self.cuts, [isPositiveSub, noPointsourceCounterpart, notMoving, noSSObject])
        where !passed { tallies[.rejected, name] += 1 }
    }
}

/// Picks out what may be a supernova or another transient outside our galaxy.
///
/// Source: the Pitt-Google broker's `is_extragalactic_transient` of 2021, after ZTF's alert filtering notebook; its
/// difference of detection times was signed and unsorted and so missed the last gap: here the times are sorted.
///
/// A counterpart whose star score is not known (-999, which passed there too, and 0.5) is taken for no star.
///
/// For LSST the same questions are put to its own fields: `isNegative` and `psfFlux` for the sign; `diaObject.nearbyObj1Dist` (schemas
/// to 7.4) for the counterpart, which carries no star score, so that any source within 1.5 arcsec fails; `prvDiaSources`
/// for the motion; an `ssObjectId` for the solar system, whatever its distance, since LSST links them itself.
package struct ExtragalacticFilter: Stage {
    /// Arcsec: a catalogue source nearer than this is a counterpart.
    package static let counterpartDistance = 1.5
    /// A counterpart more star-like than this is a star. Pan-STARRS 1 has exactly this where it does not know.
    package static let starScore: Float = 0.5
    /// Days: 30 minutes.
    package static let shortestGap = 1.0 / 48.0

    package init() {}

    package func run(_ alert: ProcessedAlert) -> FilterVerdict? { verdict(of: alert.decoded.alert) }

    package func verdict(of alert: Alert) -> FilterVerdict {
        FilterVerdict(
            isPositiveSub: alert.detection.isPositive == true && alert.detection.marks.isDisjoint(with: .noSource),
            noPointsourceCounterpart: Self.noPointsourceCounterpart(alert.catalogueMatch),
            notMoving: Self.notMoving(alert), noSSObject: Self.noSSObject(alert),
            isPure: alert.quality.map(Self.isPure) ?? false)
    }

    private static func noPointsourceCounterpart(_ match: CatalogueMatch?) -> Bool {
        guard let match, match.distance <= counterpartDistance else { return true }
        guard let score = match.starScore else { return match.tellsStars }
        return score <= starScore
    }

    /// At least two positive detections, the largest gap between successive ones at least half an hour. Earlier ones that the
    /// survey marks, and what a packet tells of times after its alert, do not count.
    private static func notMoving(_ alert: Alert) -> Bool {
        let earlier = alert.lightCurve.detections.filter { $0.marks.isEmpty }
        let positive = ([alert.detection] + earlier).filter { $0.isPositive == true }
        let times = positive.map(\.epoch.mjd).sorted()
        return zip(times.dropFirst(), times).contains { $0 - $1 >= shortestGap }
    }

    private static func noSSObject(_ alert: Alert) -> Bool {
        guard let match = alert.solarSystemMatch else { return true }
        // ZTF names whatever is within 30 arcsec; LSST only what it took the source for.
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
