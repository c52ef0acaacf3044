internal import Foundation

extension NightMachine {
    /// So often a night is given time again: a conductor that ends again and again must not keep it open for ever.
    private static let mostResumptions = 3

    /// How long a night has that is opened again, or looked at late, until it gets a verdict, s.
    var patience: Double { rules.quiet + rules.veto + rules.lateWindow + 2 * 3_600 }

    /// Gives a night time whose verdict was due while nobody looked: else it would be judged by what nobody has seen.
    ///
    /// - Parameters:
    ///   - time: Now, a modified Julian date in UTC.
    ///   - isMissed: Whether nobody has looked at it before.
    package mutating func resume(at time: Double, isMissed: Bool = false) {
        guard !state.isFinal, time >= deadline, resumptions < Self.mostResumptions else { return }
        resumptions += 1
        self.isMissed = self.isMissed || isMissed
        extendedDeadline = time + patience / 86_400
    }

    /// Goes on with a night that a wrong clock has ended before its time.
    ///
    /// - Parameter time: Now, a modified Julian date in UTC.
    /// - Returns: Whether it goes on; a night that was over in time stays so.
    package mutating func revive(at time: Double) -> Bool {
        guard isRetired, time < times.opens + 1 else { return false }
        isRetired = false
        guard state.isFinal else { return true }
        openAgain(at: time)
        begin("a wrong clock had ended the night")
        return true
    }

    /// Lets the night's ends move again, and gives it time.
    mutating func openAgain(at time: Double) {
        for index in slice.partitions.indices where !isFixed(slice.partitions[index]) {
            slice.partitions[index].to = nil
        }
        extendedDeadline = time + patience / 86_400
    }

    /// A deadline that was set while the clock was ahead would keep the night open until then.
    mutating func boundDeadline(_ time: Double) {
        guard let deadline = extendedDeadline, deadline - time > 2 * patience / 86_400 else { return }
        extendedDeadline = time + patience / 86_400
    }

    /// Whether its numbers are those of a night, so that no sum of them overflows: a file may have any.
    package var isSound: Bool {
        let (dates, offsets) = (-1e6...1e6, Int64(0)...(.max / 4))
        let shown = [
            times.sunset, times.nauticalDusk, times.astronomicalDusk, times.astronomicalDawn, times.nauticalDawn,
            times.sunrise, lastExposureEnd, wouldHaveStopped, extendedDeadline, rules.keepUntil,
        ]
        let parts = slice.partitions.flatMap { [$0.from, $0.to, $0.lowest] }
        return (shown + [times.begin, times.end]).allSatisfy { $0.map(dates.contains) ?? true }
            && (parts + Array(ends.values) + Array(nightEnds.values) + [cameAfterwards])
                .allSatisfy { $0.map(offsets.contains) ?? true }
            && ([edition, acts, resumptions] + pending.map(\.number)).allSatisfy { (0...1_000_000_000).contains($0) }
            && beats.values.allSatisfy { $0.count >= 0 && $0.count < .max && $0.stillFor.isFinite }
            && quietFor.isFinite && vetoLeft?.isFinite ?? true
    }
}
