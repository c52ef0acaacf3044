package import Alerts

/// A processed packet: its alerts and its faults.
package struct ProcessedPacket: Sendable {
    /// Its number in the source.
    package let position: Int
    /// Its name in the source, such as a path in a tarball.
    package let member: String?
    /// Length of the packet as received, bytes; ``bytes`` may be only its beginning.
    package let size: Int
    /// The packet.
    package let bytes: ArraySlice<UInt8>
    /// Its usable alerts.
    package var alerts: [ProcessedAlert]
    /// Its unusable parts; each counts as one.
    package internal(set) var faults: [PacketFault]
    /// Arrival time at the source, ms since 1970 UTC; 0 where it is unknown.
    package var arrival: Int64 = 0
    /// When the survey says that it sent it, ms since 1970 UTC; 0 where it does not say.
    package var sent: Int64 = 0
    /// When it was read, ms since 1970 UTC; 0 where that is unknown.
    package var received: Int64 = 0
    /// Its location on the survey's Kafka; `nil` where it is of another source.
    package var origin: PacketOrigin?

    /// The error of an unavailable schema, after which decoding may be retried.
    package var unavailableSchema: AlertError? {
        faults.lazy.map(\.error).first { $0.code == .schemaUnavailable }
    }
}
