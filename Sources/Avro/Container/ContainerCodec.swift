/// How the blocks of a container are compressed.
package enum ContainerCodec: String, Hashable, Sendable, CaseIterable {
    case null, deflate, snappy, zstandard
}

/// Bounds on the blocks of a container.
package struct ContainerLimits: Hashable, Sendable {
    /// Bytes of a block in the file.
    package var blockBytes: Int
    /// Bytes of a compressed block's records, decompressed.
    package var decompressedBytes: Int
    /// Bytes of all compressed blocks together, decompressed.
    package var totalBytes: Int
    /// Largest ratio of decompressed to compressed bytes of a block of more than a megabyte: that of alerts is three, and one of a
    /// thousand is made to fill a disk.
    package var ratio: Int

    /// Limits of a container's blocks.
    package init(
        blockBytes: Int = 64 << 20, decompressedBytes: Int = 16 << 20, totalBytes: Int = 32 << 20, ratio: Int = 100
    ) {
        self.blockBytes = blockBytes
        self.decompressedBytes = decompressedBytes
        self.totalBytes = totalBytes
        self.ratio = ratio
    }
}

/// The 16 bytes that end a container's header and each of its blocks.
package struct SyncMarker: Hashable, Sendable {
    /// Bytes of a marker.
    package static let count = 16
    private let low: UInt64
    private let high: UInt64

    /// The marker at the start of a slice of at least 16 bytes.
    package init(_ bytes: ArraySlice<UInt8>) {
        precondition(bytes.count >= Self.count, "a sync marker has 16 bytes")
        (low, high) = bytes.withUnsafeBytes { raw in
            (raw.loadUnaligned(as: UInt64.self), raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    /// The marker of two numbers, the lower half first.
    package init(low: UInt64, high: UInt64) {
        self.low = low.littleEndian
        self.high = high.littleEndian
    }

    /// A random marker, which is unique to a file.
    package static func random() -> SyncMarker {
        SyncMarker(low: .random(in: .min ... .max), high: .random(in: .min ... .max))
    }

    /// The marker's 16 bytes.
    package var bytes: [UInt8] {
        withUnsafeBytes(of: low) { Array($0) } + withUnsafeBytes(of: high) { Array($0) }
    }
}
