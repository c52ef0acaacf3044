internal import Alerts

/// Counts the bytes of memory that the packets of a batch hold: as received, inflated and converted, their values, and each
/// schema once. Schemas of the previous batch do not count.
struct HeldMemory {
    private(set) var bytes = 0
    private(set) var schemas: Set<ObjectIdentifier> = []
    private let before: Set<ObjectIdentifier>

    init(before: Set<ObjectIdentifier>) { self.before = before }

    mutating func add(_ packet: ProcessedPacket) {
        bytes += packet.bytes.count
        // The records of a block are slices of one array.
        for alert in packet.alerts {
            let body = alert.decoded.body
            if !Self.isPart(body, of: packet.bytes) { bytes += body.count }
            if !Self.isPart(alert.decoded.text, of: body) { bytes += alert.decoded.text.count }
            if !Self.isPart(alert.body, of: body) { bytes += alert.body.count }
            bytes += alert.decoded.bytesOfValues + (alert.message?.count ?? 0)
            let schema = ObjectIdentifier(alert.schema)
            if schemas.insert(schema).inserted && !before.contains(schema) {
                bytes += alert.schema.bytesInMemory + alert.decoded.schema.bytesInMemory
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
