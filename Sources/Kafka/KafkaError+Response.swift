internal import CKafka

extension KafkaError {
    /// A response code as an error; `detail` where librdkafka has said more than the code's own words.
    init(_ response: rd_kafka_resp_err_t, _ operation: String, detail: String? = nil) {
        let code = Code(response)
        let recovery: Recovery =
            switch code {
            case .fatal: .newClient
            case .timedOut, .unreachable, .queueFull: .retry
            default: .none
            }
        self.init(code, operation, detail ?? String(cString: rd_kafka_err2str(response)), recovery: recovery)
    }

    /// Throws what a call gave back, where it gave back something, and frees it.
    static func check(_ error: OpaquePointer?, _ operation: String) throws(KafkaError) {
        guard let error else { return }
        defer { rd_kafka_error_destroy(error) }
        let response = rd_kafka_error_code(error)
        let isFatal = rd_kafka_error_is_fatal(error) != 0
        let recovery: Recovery =
            if isFatal {
                .newClient
            } else if rd_kafka_error_txn_requires_abort(error) != 0 {
                .abortTransaction
            } else if rd_kafka_error_is_retriable(error) != 0 {
                .retry
            } else {
                .none
            }
        let detail = String(cString: rd_kafka_error_string(error))
        let code = Code(response)
        throw KafkaError(isFatal && code != .fenced ? .fatal : code, operation, detail, recovery: recovery)
    }

    static func check(_ response: rd_kafka_resp_err_t, _ operation: String) throws(KafkaError) {
        if response != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(response, operation) }
    }
}

extension KafkaError.Code {
    init(_ response: rd_kafka_resp_err_t) {
        switch response {
        case RD_KAFKA_RESP_ERR__RESOLVE: self = .unresolved
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
            self = .unreachable
        case RD_KAFKA_RESP_ERR__SSL: self = .tls
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
            self = .authentication
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            self = .authorization
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            self = .unknownTopic
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: self = .unknownPartition
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: self = .topicExists
        case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: self = .offsetOutOfRange
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
            RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
            self = .messageTooLarge
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: self = .queueFull
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
            self = .timedOut
        case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
            RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
            RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
            self = .fenced
        case RD_KAFKA_RESP_ERR__FATAL: self = .fatal
        case RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, RD_KAFKA_RESP_ERR__CONFLICT: self = .state
        default: self = .other
        }
    }
}

extension String {
    /// The text in a buffer that librdkafka filled, up to its zero byte.
    init(terminated buffer: [CChar]) {
        self.init(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
