/// A service that an emulator can stand for.
package enum GoogleService: String, Sendable, CaseIterable {
    case pubSub = "Pub/Sub"
    case storage = "Cloud Storage"
    case bigQuery = "BigQuery"
    case compute = "Compute Engine"
    case run = "Cloud Run"
    case monitoring = "Cloud Monitoring"
    case pubSubPolicies = "Pub/Sub permissions"

    /// The variable that names an emulator, as Google's own clients read it where they do; the others are named alike.
    package var emulatorVariable: String {
        switch self {
        case .pubSub: "PUBSUB_EMULATOR_HOST"
        case .storage: "STORAGE_EMULATOR_HOST"
        case .bigQuery: "BIGQUERY_EMULATOR_HOST"
        case .compute: "COMPUTE_EMULATOR_HOST"
        case .run: "CLOUD_RUN_EMULATOR_HOST"
        case .monitoring: "MONITORING_EMULATOR_HOST"
        case .pubSubPolicies: "PUBSUB_POLICY_EMULATOR_HOST"
        }
    }

    /// Where its emulator listens, as the variable says; `nil` where the service itself is meant.
    package func emulator(in environment: [String: String]) -> String? {
        environment[emulatorVariable].flatMap { $0.isEmpty ? nil : $0 }
    }
}
