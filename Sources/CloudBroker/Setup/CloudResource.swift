internal import GoogleAuth

/// One thing of the broker's on Google Cloud: how to see whether it is there, to make it, and to remove it.
struct CloudResource {
    enum Found {
        case there, missing, different
        /// The service that is asked has no such things, as an emulator may.
        case unserved
    }

    /// As people call it, such as `topic ztf_alert_data`.
    let name: String
    let look: () throws(GoogleCloudError) -> Found
    let make: () throws(GoogleCloudError) -> Void
    /// Called only for what is there.
    let remove: () throws(GoogleCloudError) -> Void
}

/// What was done, or would be done, about one thing.
package struct CloudSetupStep: Sendable, Hashable, CustomStringConvertible {
    package enum Action: String, Sendable {
        case made, changed, there, wouldMake, wouldChange, removed, missing, unserved
    }

    package let name: String
    package let action: Action

    package var description: String {
        switch action {
        case .made: "made          \(name)"
        case .changed: "changed       \(name)"
        case .there: "there already \(name)"
        case .wouldMake: "would make    \(name)"
        case .wouldChange: "would change  \(name)"
        case .removed: "removed       \(name)"
        case .missing: "not there     \(name)"
        case .unserved: "not served    \(name)"
        }
    }
}
