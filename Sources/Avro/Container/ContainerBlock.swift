/// A block of a container, decompressed.
package struct ContainerBlock: Sendable {
    /// Records.
    package let count: Int
    /// The records' bodies, one after the other; a slice of the file where the codec is null.
    package let data: ArraySlice<UInt8>
    /// Where the whole block lies, counted from the file's start: counts, data and sync marker.
    package let range: Range<Int>
    /// Where the data lie in the file as they are kept there, compressed or not.
    package let storedData: Range<Int>
}

/// What a block says of itself before its data.
package struct ContainerBlockHeader: Hashable, Sendable {
    /// Records.
    package let count: Int
    /// Bytes of the data as they are in the file.
    package let dataBytes: Int
    /// Bytes of the two counts before the data.
    package let length: Int
    /// Bytes of the whole block: counts, data and sync marker.
    package var blockBytes: Int { length + dataBytes + SyncMarker.count }

    /// The header at the start of a block of which more may come.
    ///
    /// - Returns: The header, or nil where the bytes end before it does.
    /// - Throws: ``AvroError`` where it is no block, or larger than allowed.
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
