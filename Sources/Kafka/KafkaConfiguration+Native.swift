internal import CKafka
internal import Foundation

extension KafkaConfiguration {
    /// librdkafka's configuration with these properties; the caller frees it, or hands it to a client.
    func native() throws(KafkaError) -> OpaquePointer {
        guard let native = rd_kafka_conf_new() else { throw KafkaError(.fatal, "configure", "out of memory") }
        do throws(KafkaError) {
            for property in properties { try Self.set(property, on: native) }
        } catch {
            rd_kafka_conf_destroy(native)
            throw error
        }
        return native
    }

    private static func set(_ property: Property, on native: OpaquePointer) throws(KafkaError) {
        let value = try resolved(property)
        var reason = [CChar](repeating: 0, count: 512)
        guard rd_kafka_conf_set(native, property.name, value, &reason, reason.count) != RD_KAFKA_CONF_OK else { return }
        let message = String(terminated: reason)
        // librdkafka quotes the value that it does not take, or a part of it.
        let isHidden = isSecret(property.name) || isReference(property)
        let origin = isReference(property) ? "; it is \(property.value)" : ""
        let detail = isHidden ? "the value of \(property.name) is not accepted (hidden)\(origin)" : message
        throw KafkaError(.configuration, "configure", detail)
    }

    /// Values that must not be shown, whoever quotes them.
    package var secrets: [String] {
        properties.filter { Self.isSecret($0.name) || Self.isReference($0) }
            .compactMap { try? Self.resolved($0) }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// A text of librdkafka's or of a server's without what must not be shown.
    package static func hiding(_ secrets: [String], in text: String) -> String {
        secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: "(hidden)") }
    }

    /// Throws librdkafka's own words for the first property that it does not take.
    package func validate() throws(KafkaError) {
        rd_kafka_conf_destroy(try native())
    }
}
