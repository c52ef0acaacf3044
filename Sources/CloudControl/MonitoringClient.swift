package import Foundation
package import GoogleAuth
package import HTTP

/// Time series of Cloud Monitoring (cloud.google.com/monitoring/api/ref_v3/rest): how many messages subscriptions have left.
package struct MonitoringClient: Sendable {
    private static let standardEndpoint = "https://monitoring.googleapis.com"
    private static let mostPages = 20

    private let rest: RESTService

    /// - Parameters:
    ///   - credentials: Who asks.
    ///   - endpoint: The service's, or an emulator's address.
    ///   - retries: When to try again what may be done twice.
    ///   - http: What sends the requests.
    package init(
        credentials: Credentials, endpoint: String = "https://monitoring.googleapis.com",
        retries: RetryPolicy? = nil, http: HTTPClient = HTTPClient()
    ) {
        rest = RESTService(
            .monitoring, credentials: credentials, endpoint: endpoint, retries: retries ?? ControlRetries.standard,
            http: http)
    }

    /// The service, or the emulator that `MONITORING_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) {
        self.init(
            credentials: try Credentials.find(for: .monitoring, environment: environment),
            endpoint: RESTService.endpoint(of: .monitoring, standard: Self.standardEndpoint, environment: environment))
    }

    /// A value at a time.
    package struct Sample: Hashable, Sendable {
        /// When it was taken.
        package let date: Date
        /// The value.
        package let value: Int64
    }

    /// Messages that were not delivered and acknowledged, newest first, by subscription.
    ///
    /// The service takes a sample a minute, and shows it up to some minutes later: the newest is not the present.
    /// - Parameters:
    ///   - subscriptions: Their ids in the project, without `projects/`.
    ///   - project: The project's id.
    ///   - start: The beginning of the time that is asked for.
    ///   - end: Its end.
    /// - Returns: The samples of those subscriptions that have any.
    /// - Throws: ``GoogleCloudError``.
    package func undelivered(
        of subscriptions: [String], in project: String, from start: Date, to end: Date
    ) throws(GoogleCloudError) -> [String: [Sample]] {
        let resource = "backlog of \(project)"
        guard subscriptions.allSatisfy(Self.isID) else {
            throw rest.error(.invalidArgument, resource, "a subscription's id has letters, digits and some marks alone")
        }
        let ids = subscriptions.map { "\"\($0)\"" }.joined(separator: ",")
        let filter =
            "metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
            + " AND resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = one_of(\(ids))"
        var found: [String: [Sample]] = [:]
        var token = ""
        for _ in 1...Self.mostPages {
            var call = RESTCall(method: .get, path: ["v3", "projects", project, "timeSeries"], resource: resource)
            call.query = [
                ("filter", filter), ("interval.startTime", ServiceTime.text(start)),
                ("interval.endTime", ServiceTime.text(end)), ("view", "FULL"),
            ]
            if !token.isEmpty { call.query.append(("pageToken", token)) }
            let page = try rest.object(answering: call)
            // Part of an answer proves nothing.
            if let fault = page.objects("executionErrors").first {
                throw rest.error(.unavailable, resource, String((fault.text("message") ?? "an error").prefix(500)))
            }
            for series in page.objects("timeSeries") {
                guard let id = series.object("resource")?.object("labels")?.text("subscription_id") else { continue }
                found[id, default: []] += series.objects("points").compactMap(Sample.init)
            }
            token = page.text("nextPageToken") ?? ""
            if token.isEmpty { return found.mapValues { $0.sorted { $0.date > $1.date } } }
        }
        throw rest.error(.malformedAnswer, resource, "more than \(Self.mostPages) pages")
    }

    /// Whether a text is a subscription's id: "Pub/Sub, Resource names".
    private static func isID(_ text: String) -> Bool {
        (3...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~%+".utf8.contains(byte)
                }
            }
    }
}

extension MonitoringClient.Sample {
    fileprivate init?(_ point: JSONObject) {
        guard let end = point.object("interval")?.text("endTime").flatMap(ServiceTime.init),
            let value = point.object("value")?.number("int64Value")
        else { return nil }
        self.init(date: end.date, value: value)
    }
}
