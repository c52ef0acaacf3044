internal import Foundation
package import GoogleAuth
package import HTTP

/// Services of Cloud Run (cloud.google.com/run/docs/reference/rest/v2): looked at, and how many instances they keep.
package struct CloudRunClient: Sendable {
    private static let standardEndpoint = "https://run.googleapis.com"

    private let rest: RESTService
    private let patience: OperationPatience

    /// - Parameters:
    ///   - credentials: Who asks.
    ///   - endpoint: The service's, or an emulator's address.
    ///   - retries: When to try again what may be done twice.
    ///   - patience: How long operations may take.
    ///   - http: What sends the requests.
    package init(
        credentials: Credentials, endpoint: String = "https://run.googleapis.com", retries: RetryPolicy? = nil,
        patience: OperationPatience = OperationPatience(), http: HTTPClient = HTTPClient()
    ) {
        rest = RESTService(
            .run, credentials: credentials, endpoint: endpoint, retries: retries ?? ControlRetries.standard, http: http)
        self.patience = patience
    }

    /// The service, or the emulator that `CLOUD_RUN_EMULATOR_HOST` names.
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
            credentials: try Credentials.find(for: .run, environment: environment),
            endpoint: RESTService.endpoint(of: .run, standard: Self.standardEndpoint, environment: environment),
            patience: patience)
    }

    /// A service as it is now.
    ///
    /// - Throws: ``GoogleCloudError/Code/notFound`` for an unknown service.
    package func service(_ name: CloudRunService.Name) throws(GoogleCloudError) -> CloudRunService {
        CloudRunService(try rest.object(answering: call(.get, name)))
    }

    /// Keeps so many instances at least, ready for the first alert; further ones come and go with the load.
    ///
    /// - Parameters:
    ///   - minimum: Instances; 0 lets the service come down to none, and up again where something arrives.
    ///   - name: The service.
    /// - Returns: Whether it was different.
    /// - Throws: ``GoogleCloudError``, also where the operation failed or took too long.
    @discardableResult
    package func keep(_ minimum: Int, of name: CloudRunService.Name) throws(GoogleCloudError) -> Bool {
        try change(name) { service in
            guard service.minimum != minimum || service.isManual else { return nil }
            var scaling = service.scaling
            scaling["scalingMode"] = "AUTOMATIC"
            scaling["minInstanceCount"] = minimum
            scaling["manualInstanceCount"] = nil
            return scaling
        }
    }

    /// Makes a new revision of what is there, whose instances take the place of those that run.
    ///
    /// - Throws: ``GoogleCloudError``, also where the operation failed or took too long.
    package func renew(_ name: CloudRunService.Name) throws(GoogleCloudError) {
        _ = try change(name, query: [("forceNewRevision", "true")], \.scaling)
    }

    private func change(
        _ name: CloudRunService.Name, query: [(name: String, value: String)] = [],
        _ scaling: (CloudRunService) -> [String: Any]?
    ) throws(GoogleCloudError) -> Bool {
        // The etag is of the service that was read: another's change in between is not undone. What fails later is no race.
        let begun = try rest.again([.aborted, .failedPrecondition, .alreadyExists]) {
            () throws(GoogleCloudError) -> JSONObject? in
            let service = try service(name)
            guard let scaling = scaling(service) else { return nil }
            var call = call(.patch, name)
            call.query = [("updateMask", "scaling")] + query
            var fields: [String: Any] = ["scaling": scaling]
            fields["etag"] = service.etag
            call.fields = fields
            return try rest.object(answering: call)
        }
        guard let begun else { return false }
        try finish(begun, name)
        return true
    }

    private func finish(_ begun: JSONObject, _ name: CloudRunService.Name) throws(GoogleCloudError) {
        guard try !isDone(begun, name) else { return }
        let path = (begun.text("name") ?? "").split(separator: "/").map(String.init)
        // What the service answers is part of the next address.
        guard path.count == 6, path.first == "projects", path[4] == "operations" else {
            throw rest.error(.malformedAnswer, name.description, "the answer names no operation")
        }
        let question = RESTCall(method: .get, path: ["v2"] + path, resource: name.description)
        let isDone = try patience.wait { () throws(GoogleCloudError) -> Bool? in
            let operation = try rest.object(answering: question)
            return try self.isDone(operation, name) ? true : nil
        }
        guard isDone != nil else {
            throw rest.error(.deadlineExceeded, name.description, "it still changes after \(patience.limit)")
        }
    }

    private func isDone(_ operation: JSONObject, _ name: CloudRunService.Name) throws(GoogleCloudError) -> Bool {
        guard operation.flag("done") == true else { return false }
        guard let fault = operation.object("error") else { return true }
        throw rest.error(
            .failedPrecondition, name.description, String((fault.text("message") ?? "the change failed").prefix(500)))
    }

    private func call(_ method: HTTPMethod, _ name: CloudRunService.Name) -> RESTCall {
        RESTCall(
            method: method,
            path: ["v2", "projects", name.project, "locations", name.region, "services", name.service],
            resource: name.description)
    }
}

/// A service as Cloud Run describes it.
package struct CloudRunService {
    /// Where a service is.
    package struct Name: Hashable, Sendable, CustomStringConvertible {
        /// The project's id.
        package let project: String
        /// Such as `us-central1`.
        package let region: String
        /// The service's name.
        package let service: String

        /// A service of a project and region.
        package init(project: String, region: String, service: String) {
            self.project = project
            self.region = region
            self.service = service
        }

        package var description: String { "service \(service) in \(project), \(region)" }
    }

    /// Whether the service is being changed.
    package let isReconciling: Bool
    /// Whether it can serve; `nil` while that is unknown.
    package let isReady: Bool?
    /// Why it cannot, as the service says it.
    package let message: String?
    /// Instances that are kept in any case.
    package let minimum: Int
    /// Whether a person has set the number of instances.
    package let isManual: Bool
    let etag: String?
    /// All of its scaling, so that what is not known here stays.
    let scaling: [String: Any]

    init(_ fields: JSONObject) {
        etag = fields.text("etag")
        isReconciling = fields.flag("reconciling") ?? false
        let condition = fields.object("terminalCondition")
        message = condition?.text("message")
        isReady =
            switch condition?.text("state") {
            case "CONDITION_SUCCEEDED": true
            case "CONDITION_FAILED": false
            default: nil
            }
        let found = fields.object("scaling")
        minimum = Int(clamping: found?.number("minInstanceCount") ?? 0)
        isManual = found?.text("scalingMode") == "MANUAL"
        scaling = fields.value("scaling") as? [String: Any] ?? [:]
    }
}
