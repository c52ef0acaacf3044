internal import CKafka
internal import Synchronization

extension KafkaClient {
    /// Has librdkafka leave everything that it says in the event queue; else it writes to standard error.
    static func setCallbacks(_ native: OpaquePointer, isConsumer: Bool) {
        rd_kafka_conf_set_log_cb(native) { client, _, facility, line in
            guard let client, let facility, let line, let queue = KafkaClient.eventQueue(rd_kafka_opaque(client)) else {
                return
            }
            queue.log(String(cString: facility), String(cString: line))
        }
        rd_kafka_conf_set_error_cb(native) { client, response, reason, opaque in
            guard let client, let queue = KafkaClient.eventQueue(opaque) else { return }
            let response = rd_kafka_resp_err_t(response)
            var detail = reason.map { String(cString: $0) } ?? String(cString: rd_kafka_err2str(response))
            if response == RD_KAFKA_RESP_ERR__FATAL {
                var buffer = [CChar](repeating: 0, count: 512)
                rd_kafka_fatal_error(client, &buffer, buffer.count)
                detail = String(terminated: buffer)
            }
            queue.error(response, detail)
            // So that a poll returns with it at once; a producer's flush would end before its time.
            if rd_kafka_type(client) == RD_KAFKA_CONSUMER { rd_kafka_yield(client) }
        }
        guard isConsumer else {
            return rd_kafka_conf_set_dr_msg_cb(native) { _, message, opaque in
                guard let message, let queue = KafkaClient.eventQueue(opaque) else { return }
                queue.delivered(message.pointee)
            }
        }
        rd_kafka_conf_set_stats_cb(native) { client, json, length, opaque in
            guard let client, let json, let queue = KafkaClient.eventQueue(opaque) else { return 0 }
            queue.statistics(UnsafeRawBufferPointer(start: json, count: length))
            if queue.hasNews() { rd_kafka_yield(client) }
            return 0  // librdkafka frees the text
        }
        rd_kafka_conf_set_rebalance_cb(native) { client, response, partitions, opaque in
            guard let client, let queue = KafkaClient.eventQueue(opaque) else { return }
            queue.rebalance(client, response, partitions)
        }
        rd_kafka_conf_set_offset_commit_cb(native) { _, response, _, opaque in
            guard response != RD_KAFKA_RESP_ERR_NO_ERROR, response != RD_KAFKA_RESP_ERR__NO_OFFSET,
                let queue = KafkaClient.eventQueue(opaque)
            else { return }
            queue.contents.withLock { $0.post(.commitFailed(KafkaError(response, "commit offsets"))) }
        }
    }

    private static func eventQueue(_ opaque: UnsafeMutableRawPointer?) -> KafkaEventQueue? {
        opaque.map { Unmanaged<KafkaEventQueue>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension KafkaEventQueue {
    /// Keeps the group's wish for the next poll; librdkafka waits for the answer as long as it must.
    fileprivate func rebalance(
        _ client: OpaquePointer, _ response: rd_kafka_resp_err_t,
        _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        let named = PartitionList.partitions(in: partitions)
        let isClosing = contents.withLock { contents in
            guard !contents.isClosing else { return true }
            contents.rebalance =
                response == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS
                ? .assigned(named) : .revoked(named, lost: rd_kafka_assignment_lost(client) != 0)
            return false
        }
        // What a closing consumer held, its owner has settled.
        if isClosing { rd_kafka_assign(client, nil) } else { rd_kafka_yield(client) }
    }
}
