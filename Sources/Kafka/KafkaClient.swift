internal import CKafka
internal import Foundation
internal import Threads

/// A librdkafka handle of either kind, with its callbacks, and the calls that both kinds have.
///
/// `Sendable`: "librdkafka is completely thread-safe (unless otherwise noted in the API documentation). Any API, short of
/// the destructor functions, may be called at any time from any thread" (INTRODUCTION.md, Threads and callbacks).
final class KafkaClient: Sendable {
    nonisolated(unsafe) let handle: OpaquePointer
    let eventQueue: KafkaEventQueue
    private let isStaticMember: Bool

    init(_ kind: rd_kafka_type_t, _ configuration: KafkaConfiguration) throws(KafkaError) {
        var configuration = configuration
        try configuration.adoptKerberosIdentity()
        let native = try configuration.native()
        let eventQueue = KafkaEventQueue(secrets: configuration.secrets)
        // Callbacks reach the event queue through this; `deinit` keeps it until librdkafka's threads have ended.
        rd_kafka_conf_set_opaque(native, Unmanaged.passUnretained(eventQueue).toOpaque())
        Self.setCallbacks(native, isConsumer: kind == RD_KAFKA_CONSUMER)
        var reason = [CChar](repeating: 0, count: 512)
        guard let handle = rd_kafka_new(kind, native, &reason, reason.count) else {
            rd_kafka_conf_destroy(native)  // a client takes it over only when it comes to be
            let message = String(terminated: reason)
            throw KafkaError(
                .configuration, "make a client", KafkaConfiguration.hiding(configuration.secrets, in: message))
        }
        self.handle = handle
        self.eventQueue = eventQueue
        isStaticMember = configuration["group.instance.id"] != nil
    }

    deinit {
        // librdkafka 2.0 ends the process over a static member that leads a group and never had to share its partitions
        // out: such a handle is left to the system, with its threads; a run has one.
        guard !isStaticMember else {
            // Its threads go on, and reach the event queue.
            _ = Unmanaged.passRetained(eventQueue)
            return
        }
        // Without a goodbye to the group: that waits for the server, and is what `close` is for.
        // librdkafka 2.0.2 never comes back from this when a topic that was read has been deleted: its threads then sleep on
        // beside ours, and the event queue with them.
        nonisolated(unsafe) let handle = handle
        let hasEnded = Monitor(false)
        Thread.detachNewThread { [eventQueue] in
            rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            withExtendedLifetime(eventQueue) { hasEnded.change { $0 = true } }
        }
        _ = hasEnded.wait(for: Self.longestEnd) { $0 ? () : nil }
    }

    private static let longestEnd = Duration.seconds(2)

    /// The first offset and the one after the last, as the server says now.
    func watermarks(of partition: KafkaPartition, timeout: Duration) throws(KafkaError) -> KafkaWatermarks {
        var low: Int64 = 0
        var high: Int64 = 0
        try KafkaError.check(
            rd_kafka_query_watermark_offsets(
                handle, partition.topic, partition.number, &low, &high, timeout.milliseconds),
            "ask for the watermarks of \(partition)")
        return KafkaWatermarks(low: low, high: high)
    }

    /// For each partition the first offset whose message is not older than a time (ms since 1970); none where there is none.
    func offsets(
        notBefore milliseconds: Int64, in partitions: [KafkaPartition], timeout: Duration
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let list = PartitionList(partitions.map { ($0, milliseconds) })
        try KafkaError.check(
            rd_kafka_offsets_for_times(handle, list.native, timeout.milliseconds), "ask for offsets by time")
        return try list.offsets("ask for offsets by time")
    }

    func committed(_ partitions: [KafkaPartition], timeout: Duration) throws(KafkaError) -> [KafkaPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let list = PartitionList(partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) })
        try KafkaError.check(
            rd_kafka_committed(handle, list.native, timeout.milliseconds), "ask for committed offsets")
        return try list.offsets("ask for committed offsets")
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, within what librdkafka takes.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let thousandths = seconds.multipliedReportingOverflow(by: 1_000)
        if thousandths.overflow { return seconds > 0 ? .max : 0 }
        return Int32(
            clamping: max(
                0,
                thousandths.partialValue.addingReportingOverflow(
                    (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
                ).partialValue))
    }
}
