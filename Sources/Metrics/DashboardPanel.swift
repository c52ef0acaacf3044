/// A picture on a dashboard: what is shown of some metrics, and what an operator does about it.
package struct DashboardPanel: Sendable {
    /// The parts of a dashboard, in their order.
    package enum Section: String, CaseIterable, Sendable {
        case night = "Night"
        case intake = "Intake"
        case products = "Products"
        case cloud = "Stages on Google Cloud"
        case machine = "Processes and machines"
    }

    /// What the numbers are.
    package enum Unit: Sendable {
        case count, perSecond, seconds, bytes, bytesPerSecond, share, yesNo
    }

    /// One query, and what its lines are called.
    package struct Query: Sendable {
        /// PromQL, in which `SELECT` stands for the choice of instances and `RANGE` for the time that a rate is taken over.
        package let expression: String
        /// The labels whose values name a line, and fixed words.
        package let legend: [Legend]
    }

    /// A part of a line's name.
    package enum Legend: Sendable {
        /// The value of a label.
        case label(String)
        /// A word as it is.
        case word(String)
    }

    /// What is shown.
    package let title: String
    /// Where it stands.
    package let section: Section
    /// What the numbers are.
    package let unit: Unit
    /// What to do where it is not as it should be.
    package let advice: String
    /// What is drawn.
    package let queries: [Query]
    /// Whether the lines add up.
    package let isStacked: Bool

    /// - Parameters:
    ///   - title: What is shown.
    ///   - section: Where it stands.
    ///   - unit: What the numbers are.
    ///   - advice: What to do where it is not as it should be.
    ///   - queries: PromQL, each with the name of its lines: labels in braces, and words.
    ///   - isStacked: Whether the lines add up.
    private init(
        _ title: String, _ section: Section, _ unit: Unit, _ advice: String, _ queries: [(String, String)],
        isStacked: Bool = false
    ) {
        self.title = title
        self.section = section
        self.unit = unit
        self.advice = advice
        self.queries = queries.map { Query(expression: $0.0, legend: Self.legend($0.1)) }
        self.isStacked = isStacked
    }

    private static func legend(_ text: String) -> [Legend] {
        text.split(separator: " ").map { word in
            word.hasPrefix("{") ? .label(String(word.dropFirst().dropLast())) : .word(String(word))
        }
    }
}

extension DashboardPanel {
    /// All panels, in the order in which they are shown. Every metric of ``Metric/all`` is in one.
    package static let all = night + intake + products + cloud + machine

    private static let night = [
        DashboardPanel(
            "State of the night", .night, .yesNo,
            "'incomplete' means that something could not be proven: 'nightjar night report' names the clause.",
            [("nightjar_night_state{SELECT} == 1", "{survey} {state}")]),
        DashboardPanel(
            "Conditions met", .night, .yesNo,
            "A night is complete when all are 1. 'nightjar night status' has each with its value and limit.",
            [("min by (survey, clause) (nightjar_night_clause{SELECT})", "{survey} {clause}")]),
        DashboardPanel(
            "Workers", .night, .count,
            "Workers that failed are started again with growing pauses; 'nightjar night status' has what they said last.",
            [("sum by (survey, state) (nightjar_night_workers{SELECT})", "{survey} {state}")], isStacked: true),
        DashboardPanel(
            "Time since the conductor's last observation", .night, .seconds,
            "Above ten minutes nobody watches the night: start 'nightjar night conduct' again; it goes on where it was.",
            [("time() - nightjar_night_observed_timestamp_seconds{SELECT}", "{survey}")]),
        DashboardPanel(
            "Receipts written", .night, .count,
            "One a night, and one more where late alerts reopen it. None after a night: see its state.",
            [("increase(nightjar_night_receipts_total{SELECT}[1d])", "{survey}")]),
    ]

    private static let intake = [
        DashboardPanel(
            "Alerts received", .intake, .perSecond,
            "None at night: look whether the lag grows (we are slow) or not (the survey sends nothing; weather is usual).",
            [("sum by (instance) (rate(nightjar_alerts_received_total{SELECT}[RANGE]))", "{instance}")], isStacked: true
        ),
        DashboardPanel(
            "Bytes received", .intake, .bytesPerSecond,
            "Compare with the network's and the disk's speed where alerts come slower than they should.",
            [("sum by (instance) (rate(nightjar_received_bytes_total{SELECT}[RANGE]))", "{instance}")], isStacked: true),
        DashboardPanel(
            "Messages not yet read", .intake, .count,
            "Falls while the workers catch up. Where it grows for ten minutes, start another worker of the group.",
            [("sum by (topic) (nightjar_kafka_lag{SELECT})", "{topic}")], isStacked: true),
        DashboardPanel(
            "Messages read from Kafka", .intake, .perSecond,
            "One partition at 0 beside others that move has no worker: look at the group with Kafka's own tools.",
            [("sum by (topic, partition) (deriv(nightjar_kafka_offset{SELECT}[RANGE]))", "{topic} {partition}")]),
        DashboardPanel(
            "Time since the last batch", .intake, .seconds,
            "Grows where nothing comes, and where a worker hangs: look at the heartbeats.",
            [
                (
                    "time() - (nightjar_last_batch_timestamp_seconds{SELECT} > 0)", "{instance}"
                )
            ]),
        DashboardPanel(
            "Heartbeats", .intake, .perSecond,
            "A thread at 0 hangs on a disk or a server. End the process and start it again; nothing is lost.",
            [("min by (instance, thread) (rate(nightjar_heartbeat_total{SELECT}[RANGE]))", "{instance} {thread}")]),
    ]

    private static let products = [
        DashboardPanel(
            "Alerts by outcome", .products, .perSecond,
            "Many duplicates: a source is read again, as after a restart. Dead letters have a panel of their own.",
            [("sum by (outcome) (rate(nightjar_alerts_total{SELECT}[RANGE]))", "{outcome}")]),
        DashboardPanel(
            "Share of dead letters", .products, .share,
            "Above 1 %: 'nightjar dead-letters list' names the reasons; a new schema is the usual one.",
            [
                (
                    "sum(rate(nightjar_alerts_total{outcome=\"deadLettered\",SELECT}[RANGE]))"
                        + " / sum(rate(nightjar_alerts_received_total{SELECT}[RANGE]))", "dead letters"
                )
            ]),
        DashboardPanel(
            "Latency", .products, .seconds,
            "From the alert's arrival at the source to the durable product. Compare with lag and queues where it grows.",
            [("0.5", "p50"), ("0.99", "p99")].map { share, name in
                (
                    "histogram_quantile(\(share),"
                        + " sum by (topic, le) (rate(nightjar_latency_seconds_bucket{SELECT}[RANGE])))",
                    "{topic} \(name)"
                )
            }),
        DashboardPanel(
            "Queues", .products, .share,
            "A full write queue means a slow disk, a full process queue slow fits, an empty one a slow source.",
            [
                (
                    "max by (instance, queue) (nightjar_queue_bytes{SELECT} / nightjar_queue_limit_bytes{SELECT})",
                    "{instance} {queue}"
                )
            ]),
        DashboardPanel(
            "Rejected by each cut", .products, .perSecond,
            "A cut that rejects all or nothing since an hour: the survey has changed a field. See docs/filter.md.",
            [("sum by (cut) (rate(nightjar_filter_rejected_total{SELECT}[RANGE]))", "{cut}")]),
        DashboardPanel(
            "Passed by each filter", .products, .perSecond,
            "Nothing for a night, or far more than before: 'nightjar filter test' over past nights, and docs/filter.md.",
            [
                (
                    "sum by (filter, verdict) (rate(nightjar_filter_alerts_total{verdict!=\"rejected\",SELECT}[RANGE]))",
                    "{filter} {verdict}"
                )
            ]),
        DashboardPanel(
            "Rejected by each filter's cuts", .products, .perSecond,
            "A cut that rejects all or nothing since an hour: 'nightjar filter why NAME ID' shows what it looks at.",
            [("sum by (filter, cut) (rate(nightjar_filter_cut_rejected_total{SELECT}[RANGE]))", "{filter} {cut}")]),
        DashboardPanel(
            "Fits by quality", .products, .perSecond,
            "Many bad ones: look at some with 'nightjar salt2 plot'.",
            [("sum by (quality) (rate(nightjar_fits_total{SELECT}[RANGE]))", "{quality}")], isStacked: true),
        DashboardPanel(
            "Passed and not fitted", .products, .perSecond,
            "'model missing': fetch the models with scripts/fetch-models, then 'nightjar salt2 refit'.",
            [("sum by (reason) (rate(nightjar_unfitted_total{SELECT}[RANGE]))", "{reason}")], isStacked: true),
        DashboardPanel(
            "Requests answered", .products, .perSecond,
            "Many of 503: too many ask at once, or statements take too long. Start a second 'nightjar serve', or ask for less.",
            [("sum by (status) (rate(nightjar_http_requests_total{SELECT}[RANGE]))", "{status}")], isStacked: true),
        DashboardPanel(
            "Time to an answer", .products, .seconds,
            "Grows where the disk or both cores are busy: a run comes first. See docs/benchmarks.md for what is usual.",
            [("0.5", "p50"), ("0.99", "p99")].map { share, name in
                (
                    "histogram_quantile(\(share), sum by (le) (rate(nightjar_http_request_seconds_bucket{SELECT}[RANGE])))",
                    "\(name)"
                )
            }),
    ]

    private static let cloud = [
        DashboardPanel(
            "Messages processed by stages", .cloud, .perSecond,
            "0 while the subscription's backlog grows: read the stage's log.",
            [("sum by (instance) (rate(nightjar_messages_total{SELECT}[RANGE]))", "{instance}")], isStacked: true),
        DashboardPanel(
            "Messages published by the consumer", .cloud, .perSecond,
            "0 while Kafka's lag grows: Pub/Sub refuses, or the network is away; read the consumer's log.",
            [("sum by (instance) (rate(nightjar_published_total{SELECT}[RANGE]))", "{instance}")], isStacked: true),
        DashboardPanel(
            "Failing services", .cloud, .seconds,
            "Messages are kept. After ten minutes the stage ends, and they are delivered again; read its log.",
            [("max by (instance) (nightjar_service_failing_seconds{SELECT})", "{instance}")]),
    ]

    private static let machine = [
        DashboardPanel(
            "Disk left", .machine, .share,
            "Below 10 %: free space, or move the data folder. A full disk ends the run and loses nothing.",
            [
                (
                    "min by (instance) (nightjar_disk_free_bytes{SELECT} / nightjar_disk_size_bytes{SELECT})",
                    "{instance}"
                )
            ]),
        DashboardPanel(
            "Disk above the reserve", .machine, .bytes,
            "At 0 intake stops before writes fail. Free space, 'nightjar prune' old nights, or give a smaller reserve.",
            [
                (
                    "min by (instance) (nightjar_disk_free_bytes{SELECT} - nightjar_disk_reserve_bytes{SELECT})",
                    "{instance}"
                )
            ]),
        DashboardPanel(
            "Streams that wait for room on the disk", .machine, .yesNo,
            "At 1 nothing is read, and nothing is lost while Kafka keeps it. Free space; it goes on by itself.",
            [("max by (instance) (nightjar_disk_waiting{SELECT})", "{instance}")]),
        DashboardPanel(
            "CPU", .machine, .count,
            "Cores in use. As many as there are: another machine, or fits apart ('--no-fits', then 'salt2 refit').",
            [("rate(process_cpu_seconds_total{SELECT}[RANGE]) and on (instance) nightjar_build_info", "{instance}")]),
        DashboardPanel(
            "Memory", .machine, .bytes, "It stays flat over a night. Report it where it does not.",
            [("process_resident_memory_bytes{SELECT} and on (instance) nightjar_build_info", "{instance}")]),
        DashboardPanel(
            "Open files", .machine, .share, "Above 80 %: raise the limit (LimitNOFILE), and report it.",
            [
                (
                    "process_open_fds{SELECT} / process_max_fds{SELECT} and on (instance) nightjar_build_info",
                    "{instance}"
                )
            ]),
        DashboardPanel(
            "Running since", .machine, .seconds,
            "Falls to 0 where a process was started again: read the log from before that.",
            [
                (
                    "time() - process_start_time_seconds{SELECT} and on (instance) nightjar_build_info", "{instance}"
                )
            ]),
        DashboardPanel(
            "Processes by version", .machine, .count,
            "Two versions at once are an upgrade that has not come to its end. None: nothing is scraped.",
            [("count by (version) (nightjar_build_info{SELECT})", "{version}")], isStacked: true),
    ]
}
