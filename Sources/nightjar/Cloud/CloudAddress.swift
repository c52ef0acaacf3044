internal import PubSub

/// A place on Google Cloud, as the command line names it.
enum CloudAddress {
    /// `pubsub://PROJECT/NAME`, a topic or a subscription.
    case pubSub(project: String, name: String)
    /// `gs://BUCKET[/PREFIX]`
    case storage(bucket: String, prefix: String)
    /// `bigquery://PROJECT/DATASET`
    case bigQuery(project: String, dataset: String)

    init(_ word: String) throws(UsageError) {
        guard let colon = word.firstRange(of: "://") else { throw Self.wrong(word) }
        let parts = word[colon.upperBound...].split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false
        ).map(String.init)
        guard let first = parts.first, !first.isEmpty else { throw Self.wrong(word) }
        let second = parts.count > 1 ? parts[1] : ""
        switch word[..<colon.lowerBound] {
        case "pubsub" where !second.isEmpty && !second.contains("/"): self = .pubSub(project: first, name: second)
        case "gs": self = .storage(bucket: first, prefix: second)
        case "bigquery" where !second.isEmpty && !second.contains("/"):
            self = .bigQuery(project: first, dataset: second)
        default: throw Self.wrong(word)
        }
    }

    private static func wrong(_ word: String) -> UsageError {
        UsageError("\(word): say pubsub://PROJECT/NAME, gs://BUCKET or bigquery://PROJECT/DATASET")
    }
}

extension Invocation {
    /// The topic that an option names.
    func topic(_ option: String) throws(UsageError) -> TopicName? {
        guard let word = options[option] else { return nil }
        guard case .pubSub(let project, let name) = try CloudAddress(word) else {
            throw UsageError("--\(option) \(word): say pubsub://PROJECT/TOPIC")
        }
        return TopicName(project: project, topic: name)
    }

    func bucket(_ option: String) throws(UsageError) -> String? {
        guard let word = options[option] else { return nil }
        guard case .storage(let bucket, "") = try CloudAddress(word) else {
            throw UsageError("--\(option) \(word): say gs://BUCKET")
        }
        return bucket
    }

    func dataset(_ option: String) throws(UsageError) -> (project: String, dataset: String)? {
        guard let word = options[option] else { return nil }
        guard case .bigQuery(let project, let dataset) = try CloudAddress(word) else {
            throw UsageError("--\(option) \(word): say bigquery://PROJECT/DATASET")
        }
        return (project, dataset)
    }
}
