package import BigQuery
package import CloudControl
package import CloudStorage
package import PubSub

/// Creates all resources that the broker needs on Google Cloud, and deletes a set of them.
///
/// It is idempotent: each resource is looked up first. It sets no permissions but the reading of streams by everybody, where that
/// is asked for, since its user may not be allowed to: `deploy/terraform` does.
package struct CloudSetup {
    private let resources: [CloudResource]

    /// A setup of one survey's resources.
    ///
    /// - Parameters:
    ///   - names: The names of a survey's resources, in production or of a test set.
    ///   - services: The clients of the services.
    ///   - location: The location of data, such as `us-central1`; each service's default if `nil`.
    ///   - filters: The streams of users' filters.
    ///   - tables: The tables that are created; stages add the columns of later schemas.
    ///   - files: Configuration files for the stages, by name.
    ///   - isPublic: Whether everybody may read the streams of products.
    package init(
        _ names: CloudNames, _ services: CloudServices, location: String? = nil, filters: [CloudNames.Stream] = [],
        tables: [TableDefinition], files: [(name: String, bytes: [UInt8])], isPublic: Bool = false
    ) {
        let streams = StreamResources(names: names, client: services.pubSub)
        let stores = StoreResources(names: names, services: services, location: location)
        let all = CloudNames.Stream.allCases + filters
        resources =
            all.map(streams.topic) + all.map(streams.counter)
            + CloudNames.StageName.allCases.map(streams.stage)
            + [names.archiveBucket, names.plotBucket, names.filesBucket].map(stores.bucket)
            + [stores.notification, stores.dataset] + tables.map(stores.table) + files.map(stores.file)
            + (isPublic ? Self.reading(all, streams, services.policies) : [])
    }

    /// The reading of a survey's streams, and of those of users' filters, by everybody, and nothing else.
    package init(publicStreamsOf names: CloudNames, filters: [CloudNames.Stream] = [], _ services: CloudServices) {
        let streams = StreamResources(names: names, client: services.pubSub)
        resources = Self.reading(CloudNames.Stream.allCases + filters, streams, services.policies)
    }

    private static func reading(
        _ all: [CloudNames.Stream], _ streams: StreamResources, _ policies: TopicPolicyClient?
    ) -> [CloudResource] {
        all.filter(\.isForEverybody).map { streams.reading($0, policies) }
    }

    /// Creates what is missing.
    ///
    /// - Parameters:
    ///   - isDry: Whether nothing is created or changed.
    ///   - report: Called for each resource, in order.
    /// - Throws: The first error of a service; what was created stays, and the same call continues.
    package func run(isDry: Bool = false, report: (CloudSetupStep) throws -> Void) throws {
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
            try report(CloudSetupStep(name: resource.name, action: action))
        }
    }

    /// Deletes all resources with their contents, in the reverse order.
    ///
    /// - Parameter report: Called for each resource, in order.
    /// - Throws: The first error of a service; the same call continues.
    package func tearDown(report: (CloudSetupStep) throws -> Void) throws {
        for resource in resources.reversed() {
            let found = try resource.look()
            let isThere = found == .there || found == .different
            if isThere { try resource.remove() }
            let action: CloudSetupStep.Action = isThere ? .removed : found == .unserved ? .unserved : .missing
            try report(CloudSetupStep(name: resource.name, action: action))
        }
    }
}

/// The clients of the services that the broker uses.
package struct CloudServices: Sendable {
    /// Pub/Sub.
    package let pubSub: PubSubClient
    /// Cloud Storage.
    package let storage: StorageClient
    /// BigQuery.
    package let bigQuery: BigQueryClient
    /// Who may read Pub/Sub's topics; `nil` where an emulator without permissions stands for it.
    package let policies: TopicPolicyClient?

    /// These clients.
    package init(
        pubSub: PubSubClient, storage: StorageClient, bigQuery: BigQueryClient, policies: TopicPolicyClient? = nil
    ) {
        self.policies = policies
        self.pubSub = pubSub
        self.storage = storage
        self.bigQuery = bigQuery
    }
}
