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

    /// The name of what all four say together.
    package static let all = "is_extragalactic_transient"

    /// The verdict before the filter has run: no cut passes.
    static let none = FilterVerdict(
        isPositiveSub: false, noPointsourceCounterpart: false, notMoving: false, noSSObject: false, isPure: false)
}

extension FilterVerdict: StageOutput {
    /// A boolean column for each cut, for all four, and for purity.
    package static let columns = (cuts + [all, "is_pure"]).map {
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
