/// Collects the packets of a batch, up to a number and a size.
struct BatchBuilder {
    let source: String
    let maxPackets: Int
    let maxBytes: Int
    private(set) var packets: [Packet] = []
    private(set) var bytes = 0
    private(set) var isFull = false
    private var ordinal: Int

    init(source: String, firstOrdinal: Int, maxPackets: Int, maxBytes: Int) {
        self.source = source
        self.maxPackets = maxPackets
        self.maxBytes = maxBytes
        ordinal = firstOrdinal
    }

    /// Whether a packet fits; the first one always does. Once one does not, the batch is full.
    mutating func hasRoom(for count: Int) -> Bool {
        let fits = packets.isEmpty || (packets.count < maxPackets && count <= maxBytes - bytes)
        if !fits { isFull = true }
        return fits
    }

    mutating func add(
        _ slice: ArraySlice<UInt8>, member: String?, byte: Int64, problem: Packet.Problem? = nil, mayBeCut: Bool = false
    ) {
        let location = PacketLocation(source: source, member: member, ordinal: ordinal, byte: byte)
        packets.append(Packet(bytes: slice, location: location, problem: problem, mayBeCut: mayBeCut))
        ordinal += 1
        bytes += slice.count
        if packets.count >= maxPackets || bytes >= maxBytes { isFull = true }
    }
}
