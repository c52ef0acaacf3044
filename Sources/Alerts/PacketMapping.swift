internal import Avro

/// Maps a survey's projected packets onto alerts.
protocol PacketMapping: SendableMetatype {
    /// What could not be read until now.
    var notes: ReadingNotes { get }

    /// - Parameters:
    ///   - record: The fields of ``PacketLayout/paths`` and the lists of ``PacketLayout/lists``, in their order.
    ///   - body: The bytes that they lie in.
    init(record: ProjectedRecord, body: ArraySlice<UInt8>)

    /// The alert; throws where its id or its time is missing.
    mutating func alert() throws(AlertError) -> Alert

    /// What the lists say, whichever alert brought them.
    mutating func lightCurve() -> LightCurve
}
