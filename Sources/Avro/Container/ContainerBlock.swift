/// A block of a container, decompressed.
package struct ContainerBlock: Sendable {
    /// The number of records.
    package let count: Int
    /// The records' bodies, concatenated; a slice of the file where the codec is null.
    package let data: ArraySlice<UInt8>
    /// The range of the whole block in the file: counts, data and sync marker.
    package let range: Range<Int>
    /// The range of the data in the file, compressed or not.
    package let storedData: Range<Int>
}

/// The header of a block.
package struct ContainerBlockHeader: Hashable, Sendable {
    /// The number of records.
    package let count: Int
    /// Bytes of the data in the file.
    package let dataBytes: Int
    /// Bytes of the two counts before the data.
    package let length: Int
    /// Bytes of the whole block: counts, data and sync marker.
    package var blockBytes: Int { length + dataBytes + SyncMarker.count }

    /// The header at the start of a block that may be incomplete.
    ///
    /// - Returns: The header; nil where the bytes end before it does.
    /// - Throws: ``AvroError`` where it is not a block, or larger than allowed.
    package static func parse(
        prefix bytes: ArraySlice<UInt8>, limits: ContainerLimits = ContainerLimits()
    ) throws(AvroError) -> ContainerBlockHeader? {
        do {
            return try ByteCursor.over(bytes.prefix(20)) { (cursor) throws(AvroError) -> ContainerBlockHeader in
                let count = try cursor.long()
                let start = cursor.position
                let size = try cursor.long()
                guard count >= 0 else { throw AvroError(.negativeLength, detail: "a block of \(count) records") }
                guard size >= 0 else {
                    throw AvroError(.negativeLength, offset: start, detail: "a block of \(size) bytes")
                }
                guard size <= limits.blockBytes else {
                    throw AvroError(.blockTooLarge, offset: start, detail: "a block of \(size) bytes")
                }
                guard count <= max(size, Int64(AvroLimits.emptyItems)) * 64 else {
                    throw AvroError(.tooManyItems, detail: "\(count) records in \(size) bytes")
                }
                return ContainerBlockHeader(count: Int(count), dataBytes: Int(size), length: cursor.position)
            }
        } catch {
            if error.code == .truncated { return nil }
            throw error
        }
    }
}
