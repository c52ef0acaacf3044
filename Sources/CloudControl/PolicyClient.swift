internal import Foundation
package import GoogleAuth
package import HTTP

/// Who may do what with a topic of Pub/Sub (`getIamPolicy`, `setIamPolicy` of its REST interface). Bindings that are not changed
/// stay, with their conditions.
package struct TopicPolicyClient: Sendable {
    private static let standardEndpoint = "https://pubsub.googleapis.com"

    private let rest: RESTService

    /// - Parameters:
    ///   - credentials: Who asks.
    ///   - endpoint: The service's, or an emulator's address.
    ///   - retries: When to try again what may be done twice.
    ///   - http: What sends the requests.
    package init(
        credentials: Credentials, endpoint: String = "https://pubsub.googleapis.com", retries: RetryPolicy? = nil,
        http: HTTPClient = HTTPClient()
    ) {
        rest = RESTService(
            .pubSubPolicies, credentials: credentials, endpoint: endpoint,
            retries: retries ?? ControlRetries.standard, http: http)
    }

    /// The service, or the emulator that `PUBSUB_POLICY_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Returns: `nil` where Pub/Sub is an emulator, which has no permissions, and none is named for these.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws.
    package static func find(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) -> TopicPolicyClient? {
        if GoogleService.pubSub.emulator(in: environment) != nil,
            GoogleService.pubSubPolicies.emulator(in: environment) == nil
        {
            return nil
        }
        return TopicPolicyClient(
            credentials: try Credentials.find(for: .pubSubPolicies, environment: environment),
            endpoint: RESTService.endpoint(
                of: .pubSubPolicies, standard: standardEndpoint, environment: environment))
    }

    /// Whether somebody has a role on a topic, without a condition.
    ///
    /// - Throws: ``GoogleCloudError``.
    package func has(
        _ role: String, _ member: String, on topic: String, in project: String
    ) throws(GoogleCloudError) -> Bool {
        AccessPolicy(try policy(topic, project)).has(role, member)
    }

    /// Gives somebody a role on a topic.
    ///
    /// - Returns: Whether they did not have it.
    /// - Throws: ``GoogleCloudError``; ``GoogleCloudError/Code/failedPrecondition`` where the organization forbids it.
    @discardableResult
    package func grant(
        _ role: String, to member: String, on topic: String, in project: String
    ) throws(GoogleCloudError) -> Bool {
        try change(topic, project) { $0.grant(role, member) }
    }

    /// Takes a role from somebody.
    ///
    /// - Returns: Whether they had it.
    /// - Throws: ``GoogleCloudError``.
    @discardableResult
    package func revoke(
        _ role: String, from member: String, on topic: String, in project: String
    ) throws(GoogleCloudError) -> Bool {
        try change(topic, project) { $0.revoke(role, member) }
    }

    private func policy(_ topic: String, _ project: String) throws(GoogleCloudError) -> [String: Any] {
        var call = call(.get, topic, project, ":getIamPolicy")
        // With less than 3 the service leaves conditions out, and what is written back would lose them.
        call.query = [("options.requestedPolicyVersion", "3")]
        return try rest.object(answering: call).all
    }

    private func change(
        _ topic: String, _ project: String, _ body: (inout AccessPolicy) -> Bool
    ) throws(GoogleCloudError) -> Bool {
        // The policy's etag keeps what another has written in between.
        try rest.again([.aborted]) { () throws(GoogleCloudError) in
            var policy = AccessPolicy(try policy(topic, project))
            guard body(&policy) else { return false }
            var call = call(.post, topic, project, ":setIamPolicy")
            call.fields = ["policy": policy.fields]
            _ = try rest.object(answering: call)
            return true
        }
    }

    private func call(_ method: HTTPMethod, _ topic: String, _ project: String, _ verb: String) -> RESTCall {
        RESTCall(
            method: method, path: ["v1", "projects", project, "topics", topic], verb: verb,
            resource: "permissions of topic \(topic)")
    }
}

/// A policy as Google's services have it: roles and their members.
struct AccessPolicy {
    private(set) var fields: [String: Any]

    init(_ fields: [String: Any]) { self.fields = fields }

    private var bindings: [[String: Any]] {
        get { fields["bindings"] as? [[String: Any]] ?? [] }
        set { fields["bindings"] = newValue }
    }

    /// The binding of a role that holds always.
    private func index(of role: String) -> Int? {
        bindings.firstIndex { $0["role"] as? String == role && $0["condition"] == nil }
    }

    private func members(_ index: Int) -> [String] { bindings[index]["members"] as? [String] ?? [] }

    func has(_ role: String, _ member: String) -> Bool {
        index(of: role).map { members($0).contains(member) } ?? false
    }

    mutating func grant(_ role: String, _ member: String) -> Bool {
        guard !has(role, member) else { return false }
        if let index = index(of: role) {
            bindings[index]["members"] = members(index) + [member]
        } else {
            bindings.append(["role": role, "members": [member]])
        }
        return true
    }

    mutating func revoke(_ role: String, _ member: String) -> Bool {
        guard has(role, member), let index = index(of: role) else { return false }
        let left = members(index).filter { $0 != member }
        if left.isEmpty { bindings.remove(at: index) } else { bindings[index]["members"] = left }
        return true
    }
}
