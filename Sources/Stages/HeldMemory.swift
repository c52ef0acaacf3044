internal import Alerts

/// Counts the bytes of memory that the packets of a batch hold on to: as received, as inflated, as written anew, the values
/// taken out of them, and each schema once. Schemas that the batch before held already do not count again.
struct HeldMemory {
    private(set) var bytes = 0
    private(set) var schemas: Set<ObjectIdentifier> = []
    private let before: Set<ObjectIdentifier>

    init(before: Set<ObjectIdentifier>) { self.before = before }

    mutating func add(_ packet: DecodedPacket) {
        bytes += packet.bytes.count
        // The records of a block are slices of one array.
        for judged in packet.alerts {
            let body = judged.decoded.body
            if !Self.isPart(body, of: packet.bytes) { bytes += body.count }
            if !Self.isPart(judged.decoded.text, of: body) { bytes += judged.decoded.text.count }
            if !Self.isPart(judged.body, of: body) { bytes += judged.body.count }
            bytes += judged.decoded.bytesOfValues + (judged.message?.count ?? 0)
            let schema = ObjectIdentifier(judged.schema)
            if schemas.insert(schema).inserted && !before.contains(schema) {
                bytes += judged.schema.bytesInMemory + judged.decoded.schema.bytesInMemory
            }
        }
    }

    /// Whether a slice lies in the memory of another.
    private static func isPart(_ part: ArraySlice<UInt8>, of whole: ArraySlice<UInt8>) -> Bool {
        part.withUnsafeBufferPointer { part in
            whole.withUnsafeBufferPointer { whole in
                guard let start = part.baseAddress, let from = whole.baseAddress else { return true }
                return start >= from && start < from + whole.count
            }
        }
    }
}
