/// Where a packet came from.
package struct PacketLocation: Hashable, Sendable, CustomStringConvertible {
    /// The source as the user named it, without secrets.
    package let source: String
    /// The path below a folder, the name in a tarball, or both joined.
    package let member: String?
    /// Number of the packet in its source, from 0.
    package let ordinal: Int
    /// Offset of the packet in the uncompressed stream or file, bytes.
    package let byte: Int64

    /// A location in a source.
    package init(source: String, member: String?, ordinal: Int, byte: Int64) {
        self.source = source
        self.member = member
        self.ordinal = ordinal
        self.byte = byte
    }

    package var description: String {
        let name = member.map { "\(source), member \($0)" } ?? source
        return "\(name) (packet \(ordinal), byte \(byte))"
    }
}

/// Bytes of a survey as received: one file or tar member, or a part of a long container.
package struct Packet: Hashable, Sendable {
    /// Why a packet is incomplete.
    package enum Problem: Hashable, Sendable {
        /// Longer than the packet limit; only its first bytes are given.
        case tooLong(bytes: Int64)
        /// A tar member with holes, which is not supported; no bytes are given.
        case sparse
        /// A container too long for one packet, and damaged; the bytes are the first ones of the damaged part.
        case damagedContainer(String)
    }
    /// A slice of one array that all packets of a batch share.
    package let bytes: ArraySlice<UInt8>
    /// Where the packet was.
    package let location: PacketLocation
    /// Why the packet is incomplete; `nil` where it is whole.
    package let problem: Problem?
    /// Whether the source may have ended within it: a container that ends within a block, or a packet whose bytes do not
    /// state its length.
    package let mayBeCut: Bool

    /// A packet, or the first bytes of one that cannot be read.
    package init(bytes: ArraySlice<UInt8>, location: PacketLocation, problem: Problem? = nil, mayBeCut: Bool = false) {
        self.bytes = bytes
        self.location = location
        self.problem = problem
        self.mayBeCut = mayBeCut
    }
}

/// How far a source has been read, in bytes as stored there (compressed).
package struct Progress: Hashable, Sendable {
    /// Bytes read so far.
    package let bytesRead: Int64
    /// Length of the source, bytes; `nil` where it is unknown.
    package let total: Int64?

    /// Bytes read, and the source's length.
    package init(bytesRead: Int64, total: Int64?) {
        self.bytesRead = bytesRead
        self.total = total
    }
}

/// Packets in the order of their source.
package struct PacketBatch: Sendable {
    /// The packets in the source's order.
    package let packets: [Packet]
    /// How far the source has been read, including these packets.
    package let progress: Progress

    /// The batch without its last packet.
    package var withoutLast: PacketBatch { PacketBatch(packets: packets.dropLast(), progress: progress) }

    /// A batch of packets.
    package init(packets: [Packet], progress: Progress) {
        self.packets = packets
        self.progress = progress
    }
}

/// Bounds on packets and folders.
package struct PacketLimits: Hashable, Sendable {
    /// The longest packet given whole, bytes.
    package var packetBytes = 16 << 20
    /// A container longer than this is split, bytes.
    package var containerBytes = 4 << 20
    /// Bytes that are given of a longer packet.
    package var sampleBytes = 64 << 10
    /// How far the sync marker after a damaged block of a split container is searched for, bytes.
    package var searchBytes: Int64 = 64 << 20
    /// Nesting depth of folders.
    package var folderDepth = 64
    /// Files in a folder.
    package var folderFiles = 10_000_000

    /// The standard limits.
    package init() {}
}
