/// One packet of a simulated night, with what is true of it.
package struct SimulatedPacket: Sendable {
    /// The alert's id.
    package let id: Int64
    /// The packet, as the survey would send it.
    package let bytes: [UInt8]
    /// When it was taken, JD.
    package let jd: Double
    /// The alert's row of the truth table.
    package let truthRow: String
}

/// The packets of a simulated night. Any of them can be had without the others, in memory that does not grow with the night.
package protocol NightPackets: Sendable {
    /// How many alerts the night has.
    var alerts: Int { get }
    /// The truth table's columns.
    static var truthHeader: String { get }
    /// The packets of alerts next to each other, in the order in which the survey sends them.
    ///
    /// - Parameter range: Numbers from 0 to ``alerts``.
    /// - Returns: As many as the range has.
    /// - Throws: ``SimulatorError`` where one cannot be encoded.
    func packets(_ range: Range<Int>) throws(SimulatorError) -> [SimulatedPacket]
}
