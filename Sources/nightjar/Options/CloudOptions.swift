internal import Configuration
internal import PubSub

/// Options that name things on Google Cloud, and are of several commands.
enum CloudOptions {
    /// Where what cannot be used goes.
    static let deadLetters = topic(
        "dead-letters", "the topic for what cannot be used, with the reason", key: "cloud.deadLetters")
    /// Seconds between two merges.
    static let mergeEvery = Option<Int>.number(
        "merge-every", "SECONDS", "how often staged rows are merged into their tables", in: 1...86_400,
        key: "cloud.mergeEvery", standard: 300)
    /// Seconds without a message after which a subscription ends.
    static let untilIdle = Option<Int>.number(
        "until-idle", "SECONDS", "of a subscription: to where no message came for so long (a run's 20)", in: 1...86_400,
        key: "cloud.untilIdle")

    /// A topic.
    static func topic(_ name: String, _ help: String, key: String? = nil) -> Option<TopicName> {
        Option(
            OptionDeclaration(
                name: name, valueName: "pubsub://PROJECT/TOPIC", help: help, key: key, kind: .address(["pubsub://"]))
        ) { (text) throws(UsageError) in try topic(text) }
    }

    static func topic(_ text: String) throws(UsageError) -> TopicName {
        guard case .pubSub(let project, let name)? = CloudAddress(text) else {
            throw UsageError("say pubsub://PROJECT/TOPIC")
        }
        return TopicName(project: project, id: name)
    }

    static func subscription(_ text: String) throws(UsageError) -> SubscriptionName {
        guard case .pubSub(let project, let name)? = CloudAddress(text) else {
            throw UsageError("say pubsub://PROJECT/SUBSCRIPTION")
        }
        return SubscriptionName(project: project, id: name)
    }

    /// A whole bucket, by its name.
    static func bucket(_ text: String) throws(UsageError) -> String {
        guard case .storage(let bucket, "")? = CloudAddress(text) else { throw UsageError("say gs://BUCKET") }
        return bucket
    }

    static func dataset(_ text: String) throws(UsageError) -> DatasetName {
        guard case .bigQuery(let project, let dataset)? = CloudAddress(text) else {
            throw UsageError("say bigquery://PROJECT/DATASET")
        }
        return DatasetName(project: project, dataset: dataset)
    }
}

/// A dataset of BigQuery's.
struct DatasetName: Sendable {
    let project, dataset: String
}
