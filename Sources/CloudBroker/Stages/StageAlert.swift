internal import Alerts
package import Stages

/// A message of a stream as a stage gets it, however it was delivered.
package struct StageMessage: Sendable {
    package let data: ArraySlice<UInt8>
    package let attributes: [String: String]
    /// The stream's own id of it.
    package let id: String

    package init(data: ArraySlice<UInt8>, attributes: [String: String], id: String) {
        self.data = data
        self.attributes = attributes
        self.id = id
    }

    /// The message with a part of its packet alone.
    func part(_ part: PacketPart) -> StageMessage {
        StageMessage(data: part.bytes(of: data), attributes: attributes, id: id)
    }
}

/// An alert of a message, judged.
package struct StageAlert: Sendable {
    package let judged: JudgedAlert
    package let message: StageMessage

    package init(judged: JudgedAlert, message: StageMessage) {
        self.judged = judged
        self.message = message
    }

    /// This alert, without others of its packet, as one that cannot be used.
    func fault(_ reason: String) -> StageFault {
        StageFault(message: message.part(judged.decoded.part), reason: reason)
    }

    /// What goes with everything that is published of it: where it was on Kafka, and what it is known by.
    var attributes: [String: String] {
        message.attributes.filter { $0.key.hasPrefix("kafka.") }
            .merging(AlertAttributes.of(judged.decoded)) { $1 }
    }
}

/// An alert, or a message, that cannot be used, and why.
package struct StageFault: Sendable {
    package let message: StageMessage
    package let reason: String

    package init(message: StageMessage, reason: String) {
        self.message = message
        self.reason = reason
    }
}
