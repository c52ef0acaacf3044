package import Protobuf

extension PubSub {
    /// What is published, and comes to every subscription of the topic.
    package struct PubsubMessage: ProtobufMessage, Hashable {
        /// Up to 10 MB with the attributes.
        package var data: [UInt8] = []
        /// What subscribers choose by.
        package var attributes: [String: String] = [:]
        /// The service's, unique in the topic; empty before it is published.
        package var messageID = ""
        /// When the service took it.
        package var publishTime: ProtobufTimestamp?
        /// Messages of one key come in the order of their publishing, where the subscription has ordering. Empty for none.
        package var orderingKey = ""

        /// A message to be published.
        package init(data: [UInt8] = [], attributes: [String: String] = [:], orderingKey: String = "") {
            self.data = data
            self.attributes = attributes
            self.orderingKey = orderingKey
        }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: data = Array(try reader.bytes())
                case 2:
                    let (key, value) = try reader.mapEntry()
                    attributes[key] = value
                case 3: messageID = try reader.string()
                case 4: publishTime = try reader.message()
                case 5: orderingKey = try reader.string()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.bytes(1, data.ifSet)
            writer.map(2, attributes)
            writer.string(3, messageID.ifSet)
            writer.message(4, publishTime)
            writer.string(5, orderingKey.ifSet)
        }
    }

    /// Messages to be published to a topic.
    package struct PublishRequest: ProtobufMessage, Hashable {
        /// `projects/P/topics/T`.
        package var topic = ""
        /// In the order in which they are to be published.
        package var messages: [PubsubMessage] = []

        /// A request to publish messages.
        package init(topic: String, messages: [PubsubMessage]) {
            self.topic = topic
            self.messages = messages
        }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: topic = try reader.string()
                case 2: messages.append(try reader.message())
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, topic.ifSet)
            for message in messages { writer.message(2, message) }
        }
    }

    /// What the service answers to a ``PublishRequest``.
    package struct PublishResponse: ProtobufMessage, Hashable {
        /// In the order of the request.
        package var messageIDs: [String] = []

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: messageIDs.append(try reader.string())
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            for each in messageIDs { writer.string(1, each) }
        }
    }
}
