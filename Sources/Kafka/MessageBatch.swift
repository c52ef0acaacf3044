internal import CKafka

/// Messages as librdkafka holds them, until they are copied out together.
struct MessageBatch: ~Copyable {
    private var held: [UnsafeMutablePointer<rd_kafka_message_t>] = []
    /// Payloads, keys and header values so far.
    private(set) var bytes = 0
    private(set) var topics: Set<String> = []

    init() {}

    deinit { for message in held { rd_kafka_message_destroy(message) } }

    var count: Int { held.count }

    /// Takes over a message.
    mutating func add(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        held.append(message)
        bytes += message.pointee.len + message.pointee.key_len + Self.headerBytes(message)
    }

    /// All of them, copied into one array.
    mutating func messages() -> [KafkaMessage] {
        guard !held.isEmpty else { return [] }
        let storage = [UInt8](unsafeUninitializedCapacity: bytes) { buffer, filled in
            var writer = Writer(buffer: UnsafeMutableRawBufferPointer(buffer))
            for message in held {
                writer.put(message.pointee.payload, message.pointee.len)
                writer.put(message.pointee.key, message.pointee.key_len)
                Self.eachHeader(message) { _, value, length in writer.put(value, length) }
            }
            filled = writer.filled
        }
        var cut = Cutter(storage: storage)
        var topic: (native: OpaquePointer?, name: String) = (nil, "")
        var messages: [KafkaMessage] = []
        messages.reserveCapacity(held.count)
        for message in held {
            if message.pointee.rkt != topic.native, let native = message.pointee.rkt {
                topic = (native, String(cString: rd_kafka_topic_name(native)))
                topics.insert(topic.name)
            }
            let payload = cut.next(message.pointee.len)
            let key = message.pointee.key == nil ? nil : cut.next(message.pointee.key_len)
            var headers: [KafkaHeader] = []
            Self.eachHeader(message) { name, _, length in
                headers.append(KafkaHeader(String(cString: name), cut.next(length)))
            }
            messages.append(
                KafkaMessage(
                    partition: KafkaPartition(topic.name, message.pointee.partition), offset: message.pointee.offset,
                    timestamp: Self.timestamp(message), key: key, headers: headers, payload: payload))
        }
        return messages
    }

    private static func timestamp(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> KafkaTimestamp? {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = rd_kafka_message_timestamp(message, &kind)
        guard milliseconds >= 0, kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE else { return nil }
        return KafkaTimestamp(
            milliseconds: milliseconds, kind: kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? .appended : .created)
    }

    private static func headerBytes(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Int {
        var total = 0
        eachHeader(message) { _, _, length in total += length }
        return total
    }

    private static func eachHeader(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>,
        _ body: (UnsafePointer<CChar>, UnsafeRawPointer?, Int) -> Void
    ) {
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return }
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var length = 0
        while rd_kafka_header_get_all(headers, index, &name, &value, &length) == RD_KAFKA_RESP_ERR_NO_ERROR {
            if let name { body(name, value, value == nil ? 0 : length) }
            index += 1
        }
    }

    private struct Writer {
        let buffer: UnsafeMutableRawBufferPointer
        var filled = 0

        mutating func put(_ bytes: UnsafeRawPointer?, _ count: Int) {
            guard let bytes, count > 0 else { return }
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)])
                .copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: count))
            filled += count
        }
    }

    private struct Cutter {
        let storage: [UInt8]
        var position = 0

        mutating func next(_ count: Int) -> ArraySlice<UInt8> {
            defer { position += count }
            return storage[position..<(position + count)]
        }
    }
}
