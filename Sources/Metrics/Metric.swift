/// Something that a running Nightjar measures, as Prometheus scrapes it.
///
/// Each is declared once, in ``all``: what is shown, documented, drawn on dashboards and watched by alerts follows from it.
package struct Metric: Hashable, Sendable {
    /// How its values are to be read.
    package enum Kind: String, Sendable {
        /// Only grows, from 0 at the start of the process.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts of values up to bounds, with their sum.
        case histogram
    }

    /// In Prometheus' spelling, with its unit; a counter's ends with `_total`.
    package let name: String
    /// How its values are to be read.
    package let kind: Kind
    /// What it is, in a sentence.
    package let help: String
    /// The names of its labels.
    package let labels: [String]

    private init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }
}

extension Metric {
    /// What is running.
    package static let build = Metric("nightjar_build_info", .gauge, "1, with the version", labels: ["version"])
    /// Whether its threads are alive.
    package static let heartbeat = Metric(
        "nightjar_heartbeat_total", .counter, "Rounds of each thread of a run, at least one in 5 s while it is alive",
        labels: ["thread"])
    /// What came in.
    package static let received = Metric(
        "nightjar_alerts_received_total", .counter, "Alerts received; a packet without a usable alert counts as one")
    /// How large it was.
    package static let bytes = Metric("nightjar_received_bytes_total", .counter, "Bytes of packets as received")
    /// What became of it.
    package static let outcomes = Metric(
        "nightjar_alerts_total", .counter, "Alerts by outcome; stored, duplicates and deadLettered add up to received",
        labels: ["outcome"])
    /// What a stage has processed.
    package static let messages = Metric(
        "nightjar_messages_total", .counter, "Messages of a subscription that a stage has processed and acknowledged")
    /// What the consumer has published.
    package static let published = Metric(
        "nightjar_published_total", .counter, "Messages that the consumer has published to Pub/Sub")
    /// How long a service is away.
    package static let failing = Metric(
        "nightjar_service_failing_seconds", .gauge,
        "Seconds since when a service of Google Cloud fails; 0 while none does")
    /// What the filter rejected.
    package static let rejected = Metric(
        "nightjar_filter_rejected_total", .counter, "Stored alerts rejected by each cut; one may fail several",
        labels: ["cut"])
    /// What filters of somebody's say.
    package static let judged = Metric(
        "nightjar_filter_alerts_total", .counter,
        "Stored alerts by what each filter of --filters says: passed, rejected, or broken where it broke its bounds",
        labels: ["filter", "verdict"])
    /// What their cuts reject.
    package static let cutRejected = Metric(
        "nightjar_filter_cut_rejected_total", .counter,
        "Stored alerts that each cut of a filter of --filters did not let pass; one may fail several",
        labels: ["filter", "cut"])
    /// What the fits are worth.
    package static let fits = Metric(
        "nightjar_fits_total", .counter, "SALT2 fits by their quality", labels: ["quality"])
    /// Why there is no fit.
    package static let unfitted = Metric(
        "nightjar_unfitted_total", .counter, "Alerts that passed the filter and have no fit, by the reason",
        labels: ["reason"])
    /// How late products are.
    package static let latency = Metric(
        "nightjar_latency_seconds", .histogram, "Time from an alert's arrival at the source to the durable product",
        labels: ["topic"])
    /// How full the queues are.
    package static let queue = Metric(
        "nightjar_queue_bytes", .gauge, "Bytes that wait between two threads", labels: ["queue"])
    /// How full they may be.
    package static let queueLimit = Metric(
        "nightjar_queue_limit_bytes", .gauge, "Bytes above which the thread before the queue waits", labels: ["queue"])
    /// How far behind the stream it is.
    package static let lag = Metric(
        "nightjar_kafka_lag", .gauge, "Messages of an assigned partition that were not read yet",
        labels: ["topic", "partition"])
    /// Where it is in the stream.
    package static let offset = Metric(
        "nightjar_kafka_offset", .gauge, "Offset of the next message to read of an assigned partition",
        labels: ["topic", "partition"])
    /// What readers asked of a server of pages.
    package static let requests = Metric(
        "nightjar_http_requests_total", .counter, "Requests that 'nightjar serve' has answered, by status",
        labels: ["status"])
    /// How long that took.
    package static let requestTime = Metric(
        "nightjar_http_request_seconds", .histogram, "Time in which 'nightjar serve' made an answer, once it was asked")
    /// When something came last.
    package static let lastBatch = Metric(
        "nightjar_last_batch_timestamp_seconds", .gauge,
        "When the last batch was processed, s since 1970 UTC; 0 for never")
    /// Room on the disk.
    package static let diskFree = Metric(
        "nightjar_disk_free_bytes", .gauge, "Bytes that are free where the data folder is")
    /// The size of the disk.
    package static let diskSize = Metric(
        "nightjar_disk_size_bytes", .gauge, "Bytes of the file system where the data folder is")
    /// What stays free of it.
    package static let diskReserve = Metric(
        "nightjar_disk_reserve_bytes", .gauge, "Bytes of the disk below which intake stops")
    /// Whether a stream is held up by it.
    package static let diskWait = Metric(
        "nightjar_disk_waiting", .gauge, "1 while intake waits for room on the disk, 0 else")
    /// Where a night is.
    package static let nightState = Metric(
        "nightjar_night_state", .gauge, "1 for the state that the survey's night is in, 0 for the others",
        labels: ["survey", "state"])
    /// What is still open of a night.
    package static let nightClause = Metric(
        "nightjar_night_clause", .gauge, "1 where a condition of a complete night is met, 0 where it is open",
        labels: ["survey", "clause"])
    /// What processes a night.
    package static let nightWorkers = Metric(
        "nightjar_night_workers", .gauge, "Workers of the survey's night by their state", labels: ["survey", "state"])
    /// Whether the conductor watches.
    package static let nightObserved = Metric(
        "nightjar_night_observed_timestamp_seconds", .gauge,
        "When the conductor last observed the survey's night, s since 1970 UTC; 0 for never", labels: ["survey"])
    /// What was proven.
    package static let nightReceipts = Metric(
        "nightjar_night_receipts_total", .counter, "Receipts of nights that the conductor has written",
        labels: ["survey"])
    /// CPU time.
    package static let cpu = Metric("process_cpu_seconds_total", .counter, "User and system CPU time, s")
    /// Memory.
    package static let memory = Metric("process_resident_memory_bytes", .gauge, "Resident memory, bytes")
    /// Open files.
    package static let files = Metric("process_open_fds", .gauge, "Open file descriptors")
    /// Their limit.
    package static let filesLimit = Metric("process_max_fds", .gauge, "Limit of open file descriptors")
    /// When it was started.
    package static let start = Metric(
        "process_start_time_seconds", .gauge, "When the process was started, s since 1970 UTC")

    /// All metrics, in the order in which they are shown.
    package static let all = [
        build, heartbeat, received, bytes, outcomes, messages, published, failing, rejected, judged,
        cutRejected, fits, unfitted, latency,
        queue, queueLimit, lag, offset,
        nightState, nightClause, nightWorkers, nightObserved, nightReceipts, requests, requestTime,
        lastBatch, diskFree, diskSize, diskReserve, diskWait, cpu, memory, files, filesLimit, start,
    ]
}
