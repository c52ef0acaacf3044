#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// Swift cannot call variadic functions, and reads a union only unsafely: a message is handed over here.
// The bytes are copied. The headers belong to librdkafka when the answer is "no error", else still to the caller.
static inline rd_kafka_resp_err_t kafka_shim_produce(
    rd_kafka_t *client, const char *topic, int32_t partition, const void *payload, size_t payload_length,
    const void *key, size_t key_length, int64_t timestamp, rd_kafka_headers_t *headers) {
    // A key of no bytes is a key; one that is not there has no address.
    if (headers)
        return rd_kafka_producev(
            client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_VALUE((void *)payload, payload_length), RD_KAFKA_V_KEY(key, key_length),
            RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    return rd_kafka_producev(
        client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE((void *)payload, payload_length), RD_KAFKA_V_KEY(key, key_length),
        RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_END);
}
