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

    /// What whoever runs the server says of it to a registry of the Virtual Observatory.
    package struct Registry: Sendable {
        /// Its title.
        package var title = "Nightjar: alerts of sky surveys"
        /// The authority that its identifier begins with; this one says that it is in no registry.
        package var authority = "x-unregistred"
        /// Who publishes it.
        package var publisher = "not stated"
        /// Whom to ask.
        package var contact = "not stated"

        /// A service that is in no registry.
        package init() {}
    }

    /// Where it listens; its limits are the web server's own.
    package let server: HTTPServerSettings
    /// The data folders, in their order, as they are now: a conductor's workers come and go.
    package var folders: [String] { expand() }
    /// The folders as they were named, which have a conductor's files.
    package let given: [String]
    private let expand: @Sendable () -> [String]
    /// Who may read.
    package let access: Access
    /// The one other site whose pages may read, as `https://HOST[:PORT]`; `nil` for none.
    package var origin: String?
    /// What filters see.
    package let sight: Sight
    /// How a registry of the Virtual Observatory names the service.
    package var registry = Registry()
    /// The program's version.
    package let version: String
    /// What it has beside the folders.
    package var library = WebLibrary()
    /// Adds what the program tells of itself to the metrics.
    package var addMetrics: @Sendable (inout MetricsPage) -> Void = { _ in }
    /// A folder that stands for the built-in pages, while somebody works on them; `nil` for those that are built in.
    package var assets: String?

    /// Seconds that a request may read in the databases: no reader lets a run's log grow for longer.
    package static let readingSeconds = 2
    /// Requests that are handled at a time, each with connections to the databases of its own.
    static let threads = 8
    /// Requests that wait for a thread.
    static let queue = 256
    /// Bytes of all answers that clients have not read yet.
    static let answers = 96 << 20
    /// Bytes of the databases' pages that all readers together keep in memory: a page of 200 candidates reads some 4 MB.
    static let pages = 40 << 20
    /// Open connections at most.
    static let connections = 4_096

    /// Settings of a server.
    ///
    /// - Parameters:
    ///   - server: Where it listens.
    ///   - given: The folders as they were named.
    ///   - folders: The data folders that these stand for, asked for again and again.
    ///   - access: Who may read.
    ///   - sight: What filters see.
    ///   - version: The program's version.
    package init(
        server: HTTPServerSettings, given: [String], folders: @escaping @Sendable () -> [String], access: Access,
        sight: Sight, version: String
    ) {
        self.server = server
        self.given = given
        expand = folders
        self.access = access
        self.sight = sight
        self.version = version
    }

    /// Where it listens, with the limits of a web server; half of the descriptors are for files.
    var limited: HTTPServerSettings {
        var server = server
        (server.isEventDriven, server.requests, server.queue) = (true, Self.threads, Self.queue)
        (server.bodyLimit, server.bodiesLimit) = (
            max(VirtualObservatory.longestBody, FilterFolder.longest), Self.answers
        )
        server.connections = UInt32(min(Self.connections, DescriptorLimit.raise() / 2))
        server.headers = SafetyHeaders.all
        return server
    }
}
