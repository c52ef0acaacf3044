/// Where a packet came from.
package struct PacketLocation: Hashable, Sendable, CustomStringConvertible {
    /// The source as the user named it, without secrets.
    package let source: String
    /// Path below a folder, name in a tarball, or one after the other.
    package let member: String?
    /// Number of the packet in its source, from 0.
    package let ordinal: Int
    /// Where the packet begins in the uncompressed stream or file, bytes.
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

/// What a survey sent, as it was received: one file or tar member, or a part of a long container.
package struct Packet: Hashable, Sendable {
    /// Why a packet is not given whole.
    package enum Problem: Hashable, Sendable {
        /// Longer than the packet limit; the bytes are its first ones.
        case tooLong(bytes: Int64)
        /// A tar member with holes, which is not supported; no bytes are given.
        case sparse
        /// A container too long for one packet, and damaged here; the bytes are the first ones of the damage.
        case damagedContainer(String)
    }
    /// A slice of one array that all packets of a batch share.
    package let bytes: ArraySlice<UInt8>
    /// Where the packet was.
    package let location: PacketLocation
    /// Why the bytes are not the packet's, if they are not.
    package let problem: Problem?
    /// Whether more of it may have been to come when the source ended: a container that ends within a block, or a packet
    /// whose bytes do not say how long it is.
    package let mayBeCut: Bool

    /// A packet, or what stands for one that cannot be read.
    package init(bytes: ArraySlice<UInt8>, location: PacketLocation, problem: Problem? = nil, mayBeCut: Bool = false) {
        self.bytes = bytes
        self.location = location
        self.problem = problem
        self.mayBeCut = mayBeCut
    }
}

/// How far a source has been read, in bytes as they are kept there (compressed).
package struct Progress: Hashable, Sendable {
    /// Bytes that were read of the source.
    package let bytesRead: Int64
    /// Bytes that the source has.
    package let total: Int64?  // where the source says

    /// So many bytes of so many.
    package init(bytesRead: Int64, total: Int64?) {
        self.bytesRead = bytesRead
        self.total = total
    }
}

/// Packets in the order of their source.
package struct PacketBatch: Sendable {
    /// In the source's order.
    package let packets: [Packet]
    /// How far the source is read, with these packets.
    package let progress: Progress

    /// The batch without its last packet.
    package var withoutLast: PacketBatch { PacketBatch(packets: packets.dropLast(), progress: progress) }

    /// A batch of packets.
    package init(packets: [Packet], progress: Progress) {
        self.packets = packets
        self.progress = progress
    }
}

/// Bounds on what a source may ask for.
package struct PacketLimits: Hashable, Sendable {
    /// The longest packet given whole, bytes.
    package var packetBytes = 16 << 20
    /// A container longer than this is given in parts, bytes.
    package var containerBytes = 4 << 20
    /// How much is given of a longer one, bytes.
    package var sampleBytes = 64 << 10
    /// How far the marker behind a damaged block of a container given in parts is looked for, bytes.
    package var searchBytes: Int64 = 64 << 20
    /// Directories below each other in a folder.
    package var folderDepth = 64
    /// Files in a folder.
    package var folderFiles = 10_000_000

    /// The standard limits.
    package init() {}
}
