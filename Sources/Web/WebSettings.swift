package import Alerts
package import Filters
package import HTTPServer
package import Metrics

/// What a web server shows, where, and to whom.
package struct WebSettings: Sendable {
    /// Who may read.
    package enum Access: Sendable, Hashable {
        /// Who is on this machine: requests must name it as their host, so that no page of another site reads through a browser.
        case thisMachine
        /// Anybody.
        case everybody
        /// Who shows the token.
        case token(AccessToken)
    }

    /// What filters are evaluated with beside the packet.
    package struct Sight: Sendable {
        /// Evaluates filters of a survey.
        package let engine: @Sendable (Survey) throws(FilterError) -> FilterEngine
        /// The tables of what was computed of a survey's alerts.
        package let computed: @Sendable (Survey) -> [ComputedTable]

        /// Engines and tables by survey.
        package init(
            engine: @escaping @Sendable (Survey) throws(FilterError) -> FilterEngine,
            computed: @escaping @Sendable (Survey) -> [ComputedTable]
        ) {
            (self.engine, self.computed) = (engine, computed)
        }
    }

    /// Where it listens; its limits are the web server's own.
    package let server: HTTPServerSettings
    /// The data folders, in their order.
    package let folders: [String]
    /// Who may read.
    package let access: Access
    /// The one other site whose pages may read, as `https://HOST[:PORT]`; `nil` for none.
    package var origin: String?
    /// What filters see.
    package let sight: Sight
    /// The program's version.
    package let version: String
    /// Adds what the program tells of itself to the metrics.
    package var addMetrics: @Sendable (inout MetricsPage) -> Void = { _ in }

    /// Seconds that a request may read in the databases: no reader lets a run's log grow for longer.
    package static let readingSeconds = 2
    /// Requests that are handled at a time, each with connections to the databases of its own.
    static let threads = 8
    /// Requests that wait for a thread.
    static let queue = 256
    /// Bytes of all answers that clients have not read yet.
    static let answers = 96 << 20
    /// Open connections at most.
    static let connections = 4_096

    /// Settings of a server.
    package init(server: HTTPServerSettings, folders: [String], access: Access, sight: Sight, version: String) {
        self.server = server
        self.folders = folders
        self.access = access
        self.sight = sight
        self.version = version
    }

    /// Where it listens, with the limits of a web server; half of the descriptors are for files.
    var limited: HTTPServerSettings {
        var server = server
        (server.isEventDriven, server.requests, server.queue) = (true, Self.threads, Self.queue)
        (server.bodyLimit, server.bodiesLimit) = (8 << 10, Self.answers)
        server.connections = UInt32(min(Self.connections, DescriptorLimit.raise() / 2))
        server.headers = SafetyHeaders.all
        return server
    }
}
