internal import CloudBroker
internal import Kafka
internal import Metrics

/// The metrics of a stage.
enum StageMetrics {
    static func add(_ progress: StagePull.Progress, to page: inout MetricsPage) {
        page.add(.heartbeat, "pull", value: progress.rounds)
        page.add(.failing, value: (progress.failing ?? .zero) / .seconds(1))
        add(progress.counts, to: &page)
    }

    static func add(_ counts: StageCounts, to page: inout MetricsPage) {
        page.add(.messages, value: counts.messages)
        page.add(.received, value: counts.alerts + counts.deadLettered)
        page.add(.outcomes, "deadLettered", value: counts.deadLettered)
        page.add(counts.filters)
    }
}

/// The metrics of the consumer.
enum RelayMetrics {
    static func add(_ monitor: RelayMonitor, to page: inout MetricsPage) {
        let (published, rounds) = monitor.progress
        page.add(.heartbeat, "read", value: rounds)
        page.add(.published, value: published)
        for (partition, next, end) in monitor.positions {
            let number = String(partition.number)
            if let end { page.add(.lag, partition.topic, number, value: Double(max(0, end - next))) }
            page.add(.offset, partition.topic, number, value: Double(next))
        }
    }
}
