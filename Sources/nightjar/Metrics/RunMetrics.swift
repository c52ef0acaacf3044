internal import Broker
internal import DataLayout
internal import Foundation
internal import Metrics
internal import Pipeline

/// The metrics of a run.
enum RunMetrics {
    private static let bounds: [Duration] = [
        .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(250),
        .milliseconds(500), .seconds(1), .milliseconds(2_500), .seconds(5), .seconds(10), .seconds(30), .seconds(60),
        .seconds(120), .seconds(300), .seconds(600), .seconds(1_800), .seconds(3_600), .seconds(21_600),
        .seconds(86_400),
    ]

    static func add(_ monitor: RunMonitor, _ folder: String, to page: inout MetricsPage) {
        let now = monitor.snapshot
        for part in RunMonitor.Part.allCases { page.add(.heartbeat, part.rawValue, value: now.beats[part] ?? 0) }
        add(now.report, to: &page)
        for queue in now.queues {
            page.add(.queue, queue.name, value: queue.bytes)
            page.add(.queueLimit, queue.name, value: queue.limit)
        }
        for partition in now.partitions {
            let number = String(partition.number)
            if let end = partition.end {
                page.add(.lag, partition.topic, number, value: Double(max(0, end - partition.position)))
            }
            page.add(.offset, partition.topic, number, value: Double(partition.position))
        }
        page.add(.lastBatch, value: now.lastBatch?.timeIntervalSince1970 ?? 0)
        ProcessMetrics.add(diskOf: folder, to: &page)
        page.add(.diskReserve, value: Double(now.reserve))
        page.add(.diskWait, value: now.waitsForRoom ? 1 : 0)
    }

    private static func add(_ report: Report, to page: inout MetricsPage) {
        page.add(.received, value: report[.received])
        page.add(.bytes, value: report.bytes)
        // `archived` is always equal to `stored`.
        for counter in Counts.Counter.allCases where ![.received, .archived].contains(counter) {
            page.add(.outcomes, counter.name, value: report[counter])
        }
        for (metric, group) in [
            (Metric.rejected, Tallies.Group.rejected), (.fits, .fitQuality), (.unfitted, .unfitted),
        ] {
            let names = Set(group.names).union(report.tallies[group].keys)
            for name in names.sorted() { page.add(metric, name, value: report.tallies[group, name]) }
        }
        page.add(report.filters)
        for (topic, histogram) in report.latency.sorted(by: { $0.key < $1.key }) {
            let counts = histogram.counts(upTo: bounds)
            page.add(
                .latency, topic, buckets: zip(bounds, counts).map { ($0 / .seconds(1), $1) }, count: histogram.count,
                sum: histogram.sum / .seconds(1))
        }
    }
}
