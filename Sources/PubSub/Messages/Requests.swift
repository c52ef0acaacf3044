internal import Protobuf

/// The requests that are only written, and the lists that are only read.
extension PubSub {
    /// A request that names one thing: `GetTopicRequest`, `DeleteTopicRequest`, `GetSubscriptionRequest` and
    /// `DeleteSubscriptionRequest` all have it as field 1.
    struct NamingRequest: ProtobufMessage {
        var name = ""

        init(_ name: String) { self.name = name }

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: name = try reader.string()
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout ProtobufWriter) { writer.string(1, name.ifSet) }
    }

    /// `ListTopicsRequest` and `ListSubscriptionsRequest`.
    struct ListRequest: ProtobufMessage {
        var project = ""
        var pageToken = ""

        init(project: String, pageToken: String) {
            self.project = project
            self.pageToken = pageToken
        }

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: project = try reader.string()
                case 3: pageToken = try reader.string()
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout ProtobufWriter) {
            writer.string(1, project.ifSet)
            writer.string(3, pageToken.ifSet)
        }
    }

    /// `ListTopicsResponse` and `ListSubscriptionsResponse`.
    struct ListResponse<Element: ProtobufMessage>: ProtobufMessage {
        var elements: [Element] = []
        var nextPageToken = ""

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: elements.append(try reader.message())
                case 2: nextPageToken = try reader.string()
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout ProtobufWriter) {
            for each in elements { writer.message(1, each) }
            writer.string(2, nextPageToken.ifSet)
        }
    }

    struct AcknowledgeRequest: ProtobufMessage {
        var subscription = ""
        var ackIDs: [String] = []

        init(_ subscription: String, _ ackIDs: [String]) {
            self.subscription = subscription
            self.ackIDs = ackIDs
        }

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: subscription = try reader.string()
                case 2: ackIDs.append(try reader.string())
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout ProtobufWriter) {
            writer.string(1, subscription.ifSet)
            for each in ackIDs { writer.string(2, each) }
        }
    }

    struct ModifyAckDeadlineRequest: ProtobufMessage {
        var subscription = ""
        var ackIDs: [String] = []
        /// 0 gives the messages back at once.
        var ackDeadlineSeconds: Int32 = 0

        init(_ subscription: String, _ ackIDs: [String], seconds: Int32) {
            self.subscription = subscription
            self.ackIDs = ackIDs
            ackDeadlineSeconds = seconds
        }

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: subscription = try reader.string()
                case 3: ackDeadlineSeconds = try reader.int32()
                case 4: ackIDs.append(try reader.string())
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout ProtobufWriter) {
            writer.string(1, subscription.ifSet)
            writer.int32(3, ackDeadlineSeconds.ifSet)
            for each in ackIDs { writer.string(4, each) }
        }
    }

    struct SeekRequest: ProtobufMessage {
        var subscription = ""
        var time: ProtobufTimestamp?

        init(_ subscription: String, time: ProtobufTimestamp) {
            self.subscription = subscription
            self.time = time
        }

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: subscription = try reader.string()
                case 2: time = try reader.message()
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout ProtobufWriter) {
            writer.string(1, subscription.ifSet)
            writer.message(2, time)
        }
    }

    struct ModifyPushConfigRequest: ProtobufMessage {
        var subscription = ""
        var pushConfig: PushConfig?

        init(_ subscription: String, _ pushConfig: PushConfig?) {
            self.subscription = subscription
            self.pushConfig = pushConfig
        }

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: subscription = try reader.string()
                case 2: pushConfig = try reader.message()
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout ProtobufWriter) {
            writer.string(1, subscription.ifSet)
            // Empty, it makes the subscription a pulled one.
            writer.message(2, pushConfig ?? PushConfig(pushEndpoint: ""))
        }
    }
}
