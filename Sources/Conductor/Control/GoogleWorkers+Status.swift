internal import CloudBroker
internal import CloudControl
internal import Foundation
internal import GoogleAuth

extension GoogleWorkers {
    /// The state of machines and services, as Google Cloud has it. It has no heartbeats: consumers are watched by the alerts on
    /// their backlog, and Cloud Run replaces an instance that does not answer its probe.
    ///
    /// - Throws: ``ControlError``, with what is to be done.
    package func workers() throws -> [WorkerStatus] {
        let consumers = try place.consumers.map { (name: $0, machine: try machine($0)) }
        let isOver = consumers.allSatisfy { $0.machine.isStopped || $0.machine.isStopping }
        let services = try place.services.map { stage in
            let name = service(stage)
            let found = try attempt("look at \(name.service)", .services) { () throws(GoogleCloudError) in
                try clients.run.service(name)
            }
            return (name: name.service, service: found)
        }
        let left =
            isOver && services.contains { $0.service.minimum > 0 } ? try backlog(since: consumers.map(\.machine)) : []
        let stages = try place.stageMachines.map { (name: $0, machine: try machine($0)) }
        return (consumers + stages).map { Self.status($0.name, $0.machine) }
            + services.map { Self.status($0.name, $0.service, isOver: isOver, left: left) }
    }

    private static func status(_ name: String, _ machine: VirtualMachine) -> WorkerStatus {
        let state: WorkerStatus.State =
            switch machine.status {
            case "RUNNING": .running
            case "PROVISIONING", "STAGING", "PENDING": .starting
            default: machine.isStopping ? .stopping : machine.isStopped ? .stopped : .failed
            }
        let detail = [machine.status.lowercased(), machine.statusMessage ?? ""].filter { !$0.isEmpty }
        return WorkerStatus(name: name, state: state, detail: detail.joined(separator: ": "))
    }

    private static func status(
        _ name: String, _ service: CloudRunService, isOver: Bool, left: [String]
    ) -> WorkerStatus {
        let kept = "keeps \(service.minimum) instances"
        if service.isReady == false {
            return WorkerStatus(name: name, state: .failed, detail: service.message ?? "not ready")
        }
        if service.minimum == 0 { return WorkerStatus(name: name, state: .stopped, detail: "comes up when needed") }
        if isOver {
            let waits = left.isEmpty ? kept : "waits for \(left.joined(separator: ", "))"
            return WorkerStatus(name: name, state: .stopping, detail: waits)
        }
        return WorkerStatus(name: name, state: service.isReconciling ? .starting : .running, detail: kept)
    }

    // MARK: - Backlog

    /// What is left for the stages now that the consumers have stopped, for people; empty where nothing is, as is proven by samples
    /// that were all taken after that.
    func backlog(since consumers: [VirtualMachine]) throws(ControlError) -> [String] {
        let stopped = consumers.compactMap(\.lastStop).max() ?? .distantPast
        return try StageBacklog(place.names, clients.monitoring, now: now).left(after: stopped).map(\.description)
    }

    // MARK: - Errors

    /// What is asked for, and by which role.
    enum Area {
        case machines, services, monitoring, subscriptions, tables, archive

        var role: String {
            switch self {
            case .machines: "roles/compute.instanceAdmin.v1, and roles/iam.serviceAccountUser on the machine's account"
            case .services: "roles/run.developer, and roles/iam.serviceAccountUser on the service's account"
            case .monitoring: "roles/monitoring.viewer"
            case .subscriptions: "roles/pubsub.editor"
            case .tables: "roles/bigquery.jobUser in the project, and roles/bigquery.dataViewer on the dataset"
            case .archive: "roles/storage.objectViewer on the archive's bucket"
            }
        }
    }

    func attempt<Result>(
        _ action: String, _ area: Area, _ body: () throws(GoogleCloudError) -> Result
    ) throws(ControlError) -> Result { try Self.attempt(action, area, body) }

    static func attempt<Result>(
        _ action: String, _ area: Area, _ body: () throws(GoogleCloudError) -> Result
    ) throws(ControlError) -> Result {
        do throws(GoogleCloudError) { return try body() } catch {
            let nextStep =
                switch error.code {
                case .permissionDenied: "give the conductor's account \(area.role)"
                case .credentials, .unauthenticated: "give the conductor credentials: docs/google-cloud.md"
                case .notFound: "make it, or correct its name, zone or region in the configuration"
                case .resourceExhausted: "ask Google for more quota, or use another zone or machine type"
                case .deadlineExceeded, .unavailable, .internal:
                    "it is tried again; see status.cloud.google.com if that does not help"
                default: "correct what the service names, then it is tried again"
                }
            throw ControlError(action, detail: "\(error)", nextStep: nextStep)
        }
    }
}
