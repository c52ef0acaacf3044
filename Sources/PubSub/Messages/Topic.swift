package import Protobuf

extension PubSub {
    /// A topic.
    package struct Topic: PubSubResource, Hashable {
        /// What the service calls it.
        package static let methods = PubSubMethods(
            service: "Publisher", kind: "Topic", parameter: "topic", collection: "topics")

        /// `projects/P/topics/T`.
        package var name = ""
        /// The owner's labels, by name.
        package var labels: [String: String] = [:]
        /// How long messages are kept for subscriptions to go back to: 10 min to 31 days; `nil` for as each subscription has it.
        package var messageRetentionDuration: Duration?

        /// A topic of this name.
        package init(_ name: TopicName) { self.name = name.path }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: name = try reader.string()
                case 2:
                    let (key, value) = try reader.mapEntry()
                    labels[key] = value
                case 8: messageRetentionDuration = try reader.message(ProtobufDuration.self).duration
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, name.ifSet)
            writer.map(2, labels)
            writer.message(8, messageRetentionDuration.map { ProtobufDuration($0) })
        }
    }
}
