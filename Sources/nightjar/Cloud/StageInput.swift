internal import Configuration
internal import CloudBroker
internal import HTTPServer
internal import PubSub

/// What a stage reads: a subscription that it pulls, or what is pushed to it.
struct StageInput: Sendable {
    private static let from = Option<SubscriptionName>(
        OptionDeclaration(
            name: "from", valueName: "pubsub://PROJECT/SUBSCRIPTION", help: "pulls a subscription",
            kind: .address(["pubsub://"]))
    ) { (text) throws(UsageError) in try CloudOptions.subscription(text) }
    private static let health = Option<HTTPServerSettings>(
        OptionDeclaration(
            name: "health", valueName: "[HOST]:PORT", help: "answers GET /healthz and /readyz while it pulls",
            kind: .text)
    ) { (text) throws(UsageError) in try PushOptions.address(text) }
    private static let workers = Option<Int>.number(
        "workers", "N", "threads (as many as cores; 16 with --http)", in: 1...256, key: "cloud.workers")
    private static let batch = Option<Int>.number(
        "batch", "N", "messages that a thread processes at once (64)", in: 1...1_000, key: "cloud.batch")
    private static let lease = Option<Int>.number(
        "lease", "SECONDS",
        "how long a message is held without a word, 10 to 600; what a copy that was killed held comes again after that",
        in: 10...600)

    static let all: [any DeclaredOption] = [
        from, workers, batch, CloudOptions.untilIdle, lease, health, MetricsServer.option,
    ]

    /// Where it listens for pushes; `nil` where it pulls.
    let push: PushOptions?
    /// What it pulls; `nil` where it listens.
    let subscription: SubscriptionName?
    let workers, batch, idle, lease: Int?
    let health: HTTPServerSettings?
    /// Where it shows its metrics.
    let metrics: HTTPServerSettings?

    init(_ arguments: Arguments) throws(UsageError) {
        push = try PushOptions(arguments)
        subscription = try arguments.value(Self.from)
        guard push == nil || subscription == nil else { throw UsageError("--from and --http exclude each other") }
        guard push != nil || subscription != nil else {
            throw UsageError("--from pubsub://PROJECT/SUBSCRIPTION, or --http :PORT, is missing")
        }
        workers = try arguments.value(Self.workers)
        batch = try arguments.value(Self.batch)
        idle = try arguments.value(CloudOptions.untilIdle)
        lease = try arguments.value(Self.lease)
        health = try arguments.value(Self.health)
        metrics = try arguments.value(MetricsServer.option)
    }
}
