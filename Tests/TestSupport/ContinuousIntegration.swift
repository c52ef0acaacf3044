internal import Foundation

/// Whether these tests decide what goes into the project: with `CI=true` what `scripts/setup` can install must be there.
///
/// A suite whose needs are missing fails then instead of being skipped. What needs Java, Google's command-line tools or the shared
/// packets is skipped all the same where those are absent.
package enum ContinuousIntegration {
    /// Whether the variable `CI` is `true`.
    package static let isOn = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Whether a suite that needs something runs: where it is there, and always here, so that it fails.
    package static func runs(_ isThere: Bool) -> Bool { isThere || isOn }
}
