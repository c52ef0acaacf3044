package import Alerts

/// What one packet turned out to hold.
package struct ProcessedPacket: Sendable {
    /// Its number in the source.
    package let position: Int
    package let member: String?
    /// Bytes of the packet as received, of which ``bytes`` may be only the beginning.
    package let size: Int
    package let bytes: ArraySlice<UInt8>
    package var alerts: [ProcessedAlert]
    /// What of it cannot be used; each counts as one.
    package let faults: [PacketFault]
    /// When the source got it, ms since 1970 UTC; 0 where that is not known.
    package var arrival: Int64 = 0
    /// Where it was on the survey's Kafka, where that is known.
    package var origin: PacketOrigin?

    /// Why its schema could not be had, where that may change.
    package var unavailableSchema: AlertError? {
        faults.lazy.map(\.error).first { $0.code == .schemaUnavailable }
    }
}
