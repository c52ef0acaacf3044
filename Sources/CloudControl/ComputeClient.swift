package import Foundation
package import GoogleAuth
package import HTTP

/// Virtual machines of Compute Engine (cloud.google.com/compute/docs/reference/rest/v1): looked at, started, stopped, and given
/// metadata. Each call returns when the service has done it.
package struct ComputeClient: Sendable {
    private static let standardEndpoint = "https://compute.googleapis.com"

    private let rest: RESTService
    private let patience: OperationPatience

    /// - Parameters:
    ///   - credentials: Who asks.
    ///   - endpoint: The service's, or an emulator's address.
    ///   - retries: When to try again what may be done twice.
    ///   - patience: How long operations may take.
    ///   - http: What sends the requests.
    package init(
        credentials: Credentials, endpoint: String = "https://compute.googleapis.com", retries: RetryPolicy? = nil,
        patience: OperationPatience = OperationPatience(), http: HTTPClient = HTTPClient()
    ) {
        rest = RESTService(
            .compute, credentials: credentials, endpoint: endpoint, retries: retries ?? ControlRetries.standard,
            http: http)
        self.patience = patience
    }

    /// The service, or the emulator that `COMPUTE_EMULATOR_HOST` names.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - patience: How long operations may take.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        patience: OperationPatience = OperationPatience()
    ) throws(GoogleCloudError) {
        self.init(
            credentials: try Credentials.find(for: .compute, environment: environment),
            endpoint: RESTService.endpoint(of: .compute, standard: Self.standardEndpoint, environment: environment),
            patience: patience)
    }

    /// A machine as it is now.
    ///
    /// - Throws: ``GoogleCloudError/Code/notFound`` for an unknown machine.
    package func machine(_ name: MachineIdentity) throws(GoogleCloudError) -> VirtualMachine {
        let fields = try rest.object(answering: call(.get, name))
        guard let machine = VirtualMachine(fields) else {
            throw rest.error(.malformedAnswer, Self.resource(name), "the answer describes no instance")
        }
        return machine
    }

    /// Starts a machine; one that runs stays as it is.
    ///
    /// - Throws: ``GoogleCloudError``, also where the operation failed or took too long.
    package func start(_ name: MachineIdentity) throws(GoogleCloudError) {
        try operate(call(.post, name, "start"), on: name)
    }

    /// Stops a machine; one that is stopped stays as it is.
    ///
    /// - Parameters:
    ///   - name: The machine.
    ///   - waits: Whether to wait until it is stopped; a machine that stops itself does not see that.
    /// - Throws: ``GoogleCloudError``, also where the operation failed or took too long.
    package func stop(_ name: MachineIdentity, waits: Bool = true) throws(GoogleCloudError) {
        try operate(call(.post, name, "stop"), on: name, waits: waits)
    }

    /// Resets a machine: it reboots at once, without a shutdown, and keeps its disks.
    ///
    /// - Throws: ``GoogleCloudError``, also where the operation failed or took too long.
    package func reset(_ name: MachineIdentity) throws(GoogleCloudError) {
        try operate(call(.post, name, "reset"), on: name)
    }

    /// Changes some of a machine's metadata; all else stays, also what another changes at the same time.
    ///
    /// - Parameters:
    ///   - changes: New values; `nil` removes a key.
    ///   - name: The machine.
    /// - Returns: Whether anything was different.
    /// - Throws: ``GoogleCloudError``, also where the operation failed or took too long.
    @discardableResult
    package func setMetadata(
        _ changes: [String: String?], of name: MachineIdentity
    ) throws(GoogleCloudError) -> Bool {
        // The service refuses a fingerprint that is no longer the metadata's. What fails later is no race.
        let begun = try rest.again([.failedPrecondition]) { () throws(GoogleCloudError) -> JSONObject? in
            let machine = try machine(name)
            var metadata = machine.metadata
            for (key, value) in changes { metadata[key] = value }
            guard metadata != machine.metadata else { return nil }
            var fields: [String: Any] = [
                "items": metadata.sorted { $0.key < $1.key }.map { ["key": $0.key, "value": $0.value] }
            ]
            fields["fingerprint"] = machine.fingerprint
            var call = call(.post, name, "setMetadata")
            call.fields = fields
            return try rest.object(answering: call)
        }
        guard let begun else { return false }
        try finish(begun, Self.resource(name), on: name)
        return true
    }

    // MARK: - Calls

    private static func resource(_ name: MachineIdentity) -> String {
        "instance \(name.name) in \(name.project), \(name.zone)"
    }

    private func call(_ method: HTTPMethod, _ name: MachineIdentity, _ verb: String? = nil) -> RESTCall {
        RESTCall(
            method: method,
            path: ["compute", "v1", "projects", name.project, "zones", name.zone, "instances", name.name]
                + (verb.map { [$0] } ?? []), resource: Self.resource(name))
    }

    /// Sends a call that starts an operation, and waits for its end.
    private func operate(
        _ call: RESTCall, on name: MachineIdentity, waits: Bool = true
    ) throws(GoogleCloudError) {
        let begun = try rest.object(answering: call)
        if waits { try finish(begun, call.resource, on: name) }
    }

    private func finish(
        _ begun: JSONObject, _ resource: String, on name: MachineIdentity
    ) throws(GoogleCloudError) {
        guard try !isDone(begun, resource) else { return }
        guard let operation = begun.text("name") else {
            throw rest.error(.malformedAnswer, resource, "the answer names no operation")
        }
        let question = RESTCall(
            method: .get,
            path: ["compute", "v1", "projects", name.project, "zones", name.zone, "operations", operation],
            resource: resource)
        let isDone = try patience.wait { () throws(GoogleCloudError) -> Bool? in
            let operation = try rest.object(answering: question)
            return try self.isDone(operation, resource) ? true : nil
        }
        guard isDone != nil else {
            throw rest.error(
                .deadlineExceeded, resource, "operation \(operation) still goes on after \(patience.limit)")
        }
    }

    private func isDone(_ operation: JSONObject, _ resource: String) throws(GoogleCloudError) -> Bool {
        guard operation.text("status") == "DONE" else { return false }
        guard let fault = operation.object("error")?.objects("errors").first else { return true }
        let detail = "\(fault.text("code") ?? "error"): \(fault.text("message") ?? "")".prefix(500)
        let isQuota = fault.text("code").map { $0.contains("QUOTA") || $0.contains("RESOURCE_POOL_EXHAUSTED") } ?? false
        throw rest.error(isQuota ? .resourceExhausted : .failedPrecondition, resource, String(detail))
    }
}

/// A virtual machine as Compute Engine describes it.
package struct VirtualMachine: Sendable {
    /// Such as `RUNNING` or `TERMINATED`.
    package let status: String
    /// Why it is so, where the service says it.
    package let statusMessage: String?
    /// Its own metadata, without the project's.
    package let metadata: [String: String]
    /// When it was stopped last; `nil` for never.
    package let lastStop: Date?
    let fingerprint: String?

    init?(_ fields: JSONObject) {
        guard let status = fields.text("status") else { return nil }
        self.status = status
        statusMessage = fields.text("statusMessage")
        let own = fields.object("metadata")
        fingerprint = own?.text("fingerprint")
        let items = own?.objects("items") ?? []
        metadata = Dictionary(items.compactMap { item in item.text("key").map { ($0, item.text("value") ?? "") } }) {
            $1
        }
        lastStop = fields.text("lastStopTimestamp").flatMap(ServiceTime.init)?.date
    }

    /// Whether it is stopped, and stays so until it is started.
    package var isStopped: Bool { ["TERMINATED", "STOPPED", "SUSPENDED"].contains(status) }
    /// Whether it is on its way down.
    package var isStopping: Bool {
        ["STOPPING", "PENDING_STOP", "SUSPENDING", "DEPROVISIONING"].contains(status)
    }
}

/// A time as Google's services write it (RFC 3339).
struct ServiceTime {
    let date: Date

    init?(_ text: String) {
        guard text.utf8.count < 64 else { return nil }
        let whole = Date.ISO8601FormatStyle()
        guard let date = (try? whole.parse(text)) ?? (try? whole.time(includingFractionalSeconds: true).parse(text))
        else { return nil }
        self.date = date
    }

    static func text(_ date: Date) -> String { date.formatted(Date.ISO8601FormatStyle()) }
}
