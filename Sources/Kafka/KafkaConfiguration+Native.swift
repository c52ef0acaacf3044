internal import CKafka

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
        let said = String(terminated: reason)
        // librdkafka quotes the value that it does not take.
        let detail = isSecret(property.name) ? "the value of \(property.name) is not accepted (hidden)" : said
        throw KafkaError(.configuration, "configure", detail)
    }

    /// Throws librdkafka's own words for the first property that it does not take.
    package func validate() throws(KafkaError) {
        rd_kafka_conf_destroy(try native())
    }
}
