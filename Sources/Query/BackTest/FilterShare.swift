package import Catalogues
internal import DataLayout
package import Filters
internal import Foundation

/// The share of a data folder's newest night that a filter passes: what passes too much is a mistake more often than not.
package struct FilterShare: Sendable {
    /// The largest share of a night that a filter passes without being asked about.
    package static let most = 0.05
    /// Alerts of a night that are judged at most, and at least for a share to say something.
    private static let (mostAlerts, leastAlerts) = (10_000, 100)

    /// The night, YYYYMMDD.
    package let night: Int
    /// Alerts that were judged.
    package private(set) var alerts = 0
    /// Those that pass.
    package private(set) var passes = 0
    /// Why the filter cannot go on with the night's alerts; `nil` where it can.
    private var failure: String?
    /// How long a filter is tested at most.
    private static let longest = Duration.seconds(20)

    /// Tests a filter on a folder's newest night; `nil` where the folder has none with a hundred alerts, or cannot be read.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - catalogues: What it may ask of the sky.
    ///   - computed: The tables of what was computed of the alerts.
    ///   - folder: The data folder.
    package init?(of filter: FilterText, catalogues: [Catalogue], computed: [ComputedTable], in folder: String) {
        guard let open = try? OpenFolder(folder), let night = try? open.newestNight(of: filter.survey) else {
            return nil
        }
        self.night = night
        var (alerts, passes) = (0, 0)
        let end = ContinuousClock.now + Self.longest
        do throws(ArchiveSweep.Failure) {
            _ = try ArchiveSweep(
                [filter], of: filter.survey, catalogues: catalogues, computed: computed, in: [folder]
            ).run(nights: night...night, atMost: Self.mostAlerts, isStopped: { .now > end }) { _, judged in
                alerts += judged.count
                passes += judged.count { $0.verdicts[0]?.pass == true }
            }
        } catch {
            guard case .filter(let error) = error else { return nil }
            failure = error.reason
        }
        guard alerts >= Self.leastAlerts || failure != nil else { return nil }
        (self.alerts, self.passes) = (alerts, passes)
    }

    /// The share that passes.
    package var share: Double { alerts == 0 ? 0 : Double(passes) / Double(alerts) }

    /// What of the filter must not go live; `nil` where it may.
    package var refusal: String? {
        if let failure { return "cannot judge the night \(night): \(failure)" }
        guard share > Self.most else { return nil }
        return "passes \(passes) of \(alerts) alerts of the night \(night), "
            + String(format: "%.1f %%, more than %.0f %%", 100 * share, 100 * Self.most)
    }
}
