internal import GoogleAuth
package import Protobuf

extension PubSub {
    /// When a message that was not acknowledged comes again.
    package struct RetryPolicy: ProtobufMessage, Hashable {
        /// 0 to 600 s.
        package var minimumBackoff: Duration
        /// 0 to 600 s.
        package var maximumBackoff: Duration

        /// Waits between two bounds.
        package init(minimumBackoff: Duration, maximumBackoff: Duration) {
            self.minimumBackoff = minimumBackoff
            self.maximumBackoff = maximumBackoff
        }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            self.init(minimumBackoff: .seconds(10), maximumBackoff: .seconds(600))  // the service's
            while let (field, _) = try reader.next() {
                switch field {
                case 1: minimumBackoff = try reader.message(ProtobufDuration.self).duration
                case 2: maximumBackoff = try reader.message(ProtobufDuration.self).duration
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.message(1, ProtobufDuration(minimumBackoff))
            writer.message(2, ProtobufDuration(maximumBackoff))
        }
    }

    /// Where a message goes that was delivered again and again, and not acknowledged.
    package struct DeadLetterPolicy: ProtobufMessage, Hashable {
        /// `projects/P/topics/T`.
        package var deadLetterTopic = ""
        /// 5 to 100; 0 for the service's 5.
        package var maxDeliveryAttempts: Int32 = 0

        /// Dead letters go to this topic.
        package init(_ topic: TopicName, maxDeliveryAttempts: Int32 = 0) {
            deadLetterTopic = topic.path
            self.maxDeliveryAttempts = maxDeliveryAttempts
        }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: deadLetterTopic = try reader.string()
                case 2: maxDeliveryAttempts = try reader.int32()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, deadLetterTopic.ifSet)
            writer.int32(2, maxDeliveryAttempts.ifSet)
        }
    }

    /// When a subscription that nobody uses goes.
    package struct ExpirationPolicy: ProtobufMessage, Hashable {
        /// At least a day; `nil` for never.
        package var ttl: Duration?

        /// Expiry after a time without use; never where it is `nil`.
        package init(ttl: Duration?) { self.ttl = ttl }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: ttl = try reader.message(ProtobufDuration.self).duration
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) { writer.message(1, ttl.map { ProtobufDuration($0) }) }
    }
}
