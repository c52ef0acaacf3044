internal import GoogleAuth

/// One resource of the broker on Google Cloud: how to look it up, create it and delete it.
struct CloudResource {
    enum Found {
        case there, missing, different
        /// The service does not support such resources, as an emulator may not.
        case unserved
    }

    /// Its kind and name, such as `topic ztf_alert_data`.
    let name: String
    let look: () throws(GoogleCloudError) -> Found
    let make: () throws(GoogleCloudError) -> Void
    /// Called only for an existing resource.
    let remove: () throws(GoogleCloudError) -> Void
}

/// What was done, or would be done, with one resource.
package struct CloudSetupStep: Sendable, Hashable, CustomStringConvertible {
    /// What was done, or would be done.
    package enum Action: String, Sendable {
        case made, changed, there, wouldMake, wouldChange, removed, missing, unserved
    }

    /// The resource's kind and name.
    package let name: String
    /// What was done, or would be done.
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
