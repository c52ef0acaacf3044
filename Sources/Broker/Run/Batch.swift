internal import Alerts

/// What one packet turned out to hold.
struct DecodedPacket: Sendable {
    /// Its number in the source.
    let position: Int
    let member: String?
    /// Bytes of the packet as received, of which ``bytes`` may be only the beginning.
    let size: Int
    let bytes: ArraySlice<UInt8>
    var alerts: [JudgedAlert]
    /// Why the packet, or the rest of it after ``alerts``, cannot be used.
    let error: AlertError?
    /// When the source got it, ms since 1970 UTC; 0 where that is not known.
    var arrival: Int64 = 0
}

/// An alert, judged, and ready to be written.
struct JudgedAlert: Sendable {
    let decoded: DecodedAlert
    let verdict: FilterVerdict
    let schema: ArchivedSchema
    /// The record in the archived schema.
    let body: ArraySlice<UInt8>
    /// What goes to the filtered stream; `nil` for an alert that did not pass.
    let message: ArraySlice<UInt8>?
    /// What the SALT2 stage says of it; `nil` for an alert that did not pass, or was not looked at.
    var supernova: SupernovaOutcome?
}

/// Packets of one source that are made durable together, whole or not at all.
struct Batch: Sendable {
    let source: SourceKey
    let packets: [DecodedPacket]
}
