internal import Alerts
internal import Pipeline

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

/// An alert of a message, and what it makes.
struct StageAlert: Sendable {
    let products: Products
    let message: StageMessage

    /// This alert, without others of its packet, as one that cannot be used.
    func fault(_ reason: String) -> StageFault {
        StageFault(message: message.part(products.alert.decoded.part), reason: reason)
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
