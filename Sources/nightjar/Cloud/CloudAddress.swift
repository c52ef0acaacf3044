/// A place on Google Cloud, as the command line names it.
enum CloudAddress {
    /// `pubsub://PROJECT/NAME`, a topic or a subscription.
    case pubSub(project: String, name: String)
    /// `gs://BUCKET[/PREFIX]`
    case storage(bucket: String, prefix: String)
    /// `bigquery://PROJECT/DATASET`
    case bigQuery(project: String, dataset: String)

    /// - Returns: `nil` for what is no such address.
    init?(_ text: String) {
        guard let colon = text.firstRange(of: "://") else { return nil }
        let parts = text[colon.upperBound...].split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false
        ).map(String.init)
        guard let first = parts.first, !first.isEmpty else { return nil }
        let second = parts.count > 1 ? parts[1] : ""
        switch text[..<colon.lowerBound] {
        case "pubsub" where !second.isEmpty && !second.contains("/"): self = .pubSub(project: first, name: second)
        case "gs": self = .storage(bucket: first, prefix: second)
        case "bigquery" where !second.isEmpty && !second.contains("/"):
            self = .bigQuery(project: first, dataset: second)
        default: return nil
        }
    }
}
