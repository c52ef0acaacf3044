package import BigQuery
package import CloudStorage
package import PubSub

/// Makes everything that the broker needs on Google Cloud, and takes a set of it down.
///
/// Done again it changes nothing: each thing is looked for first. Rights are not its business, since who runs it may not
/// give them: `deploy/terraform` does.
package struct CloudSetup {
    private let resources: [CloudResource]

    /// - Parameters:
    ///   - names: Whose things: a survey's, in production or of a test set.
    ///   - services: Who is asked.
    ///   - location: Where data lies, such as `us-central1`; each service's standard if `nil`.
    ///   - tables: The tables that are made beforehand; schemas that come later change them.
    ///   - files: Configuration files for the stages, by name.
    package init(
        _ names: CloudNames, _ services: CloudServices, location: String? = nil, tables: [TableDefinition],
        files: [(name: String, bytes: [UInt8])]
    ) {
        let streams = StreamResources(names: names, client: services.pubSub)
        let stores = StoreResources(names: names, services: services, location: location)
        resources =
            CloudNames.Stream.allCases.map(streams.topic) + CloudNames.Stream.allCases.map(streams.counter)
            + CloudNames.StageName.allCases.map(streams.stage)
            + [names.archiveBucket, names.pictureBucket, names.filesBucket].map(stores.bucket)
            + [stores.notification, stores.dataset] + tables.map(stores.table) + files.map(stores.file)
    }

    /// Makes what is missing.
    ///
    /// - Parameters:
    ///   - isDry: Only looks.
    ///   - tell: Called for each thing, in order.
    /// - Throws: The first service's error; what was made stays, and the same call goes on.
    package func run(isDry: Bool = false, tell: (CloudSetupStep) throws -> Void) throws {
        for resource in resources {
            let found = try resource.look()
            if found == .missing || found == .different, !isDry { try resource.make() }
            let action: CloudSetupStep.Action =
                switch found {
                case .there: .there
                case .unserved: .unserved
                case .missing: isDry ? .wouldMake : .made
                case .different: isDry ? .wouldChange : .changed
                }
            try tell(CloudSetupStep(name: resource.name, action: action))
        }
    }

    /// Removes everything, last made first, with all that is in it.
    package func tearDown(tell: (CloudSetupStep) throws -> Void) throws {
        for resource in resources.reversed() {
            let found = try resource.look()
            let isThere = found == .there || found == .different
            if isThere { try resource.remove() }
            let action: CloudSetupStep.Action = isThere ? .removed : found == .unserved ? .unserved : .missing
            try tell(CloudSetupStep(name: resource.name, action: action))
        }
    }
}

/// The services that the broker stands on.
package struct CloudServices: Sendable {
    package let pubSub: PubSubClient
    package let storage: StorageClient
    package let bigQuery: BigQueryClient

    package init(pubSub: PubSubClient, storage: StorageClient, bigQuery: BigQueryClient) {
        self.pubSub = pubSub
        self.storage = storage
        self.bigQuery = bigQuery
    }
}
