internal import Alerts
internal import Pipeline

/// A message of a stream, pulled, pushed or read from the archive.
package struct StageMessage: Sendable {
    /// The packet.
    package let data: ArraySlice<UInt8>
    /// The attributes.
    package let attributes: [String: String]
    /// Its id in the stream.
    package let id: String

    /// A message of a packet with attributes.
    package init(data: ArraySlice<UInt8>, attributes: [String: String], id: String) {
        self.data = data
        self.attributes = attributes
        self.id = id
    }

    /// The message with only a part of its packet.
    func part(_ part: PacketPart) -> StageMessage {
        StageMessage(data: part.bytes(of: data), attributes: attributes, id: id)
    }
}

/// An alert of a message, and its products.
struct StageAlert: Sendable {
    let products: Products
    let message: StageMessage

    /// This alert as unusable, without the others of its packet.
    func fault(_ reason: String) -> StageFault {
        StageFault(message: message.part(products.alert.decoded.part), reason: reason)
    }
}

/// An unusable alert or message, and the reason.
package struct StageFault: Sendable {
    /// The message, or the part of it that is unusable.
    package let message: StageMessage
    /// The reason.
    package let reason: String

    /// A message that is unusable for a reason.
    package init(message: StageMessage, reason: String) {
        self.message = message
        self.reason = reason
    }
}
