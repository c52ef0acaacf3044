/// Reads the blocks of a whole container in memory.
package struct ContainerReader: Sendable {
    /// The file's header.
    package let header: ContainerHeader
    private let file: ArraySlice<UInt8>
    private let limits: ContainerLimits
    /// Bytes read so far.
    private var position: Int
    /// Bytes of the compressed blocks so far, decompressed.
    private var decompressed = 0
    private var emptyBlocks = 0
    /// Offset of the last block.
    private var blockStart: Int

    /// Parses a file's header.
    package init(_ file: ArraySlice<UInt8>, limits: ContainerLimits = ContainerLimits()) throws(AvroError) {
        header = try ContainerHeader.parse(file)
        self.file = file
        self.limits = limits
        position = header.length
        blockStart = position
    }

    /// The next block; nil after the last. After an error ``skipDamage()`` skips to the block after it.
    package mutating func nextBlock() throws(AvroError) -> ContainerBlock? {
        let start = position
        blockStart = start
        let rest = file.dropFirst(start)
        if rest.isEmpty { return nil }
        let block: ContainerBlockHeader?
        do { block = try ContainerBlockHeader.parse(prefix: rest, limits: limits) } catch {
            throw error.moved(by: start)
        }
        guard let block else {
            throw AvroError(.truncated, offset: file.count, detail: "the file ends within a block")
        }
        guard block.blockBytes <= rest.count else {
            let error = AvroError(
                .truncated, offset: file.count, detail: "the file ends within a block of \(block.blockBytes) bytes")
            throw located(error, block, at: start)
        }
        let stored = rest.dropFirst(block.length).prefix(block.dataBytes)
        let end = start + block.blockBytes
        guard SyncMarker(rest[stored.endIndex...]) == header.sync else {
            let error = AvroError(
                .syncMismatch, offset: end - SyncMarker.count, detail: "the block's end is not where it says")
            throw located(error, block, at: start)
        }
        position = end
        let from = start + block.length
        if block.count == 0 { try countEmpty(at: start) }
        let limit = min(
            limits.decompressedBytes, limits.totalBytes - decompressed, max(1 << 20, stored.count * limits.ratio))
        let data = try header.codec.decompress(stored, limit: limit, at: from)
        if header.codec != .null { decompressed += data.count }
        try check(block.count, in: data, at: start)
        return ContainerBlock(
            count: block.count, data: data, range: start..<end, storedData: from..<from + block.dataBytes)
    }

    /// Skips a block that could not be read: to its stated end, if a sync marker is there, else to the next sync marker.
    ///
    /// - Returns: The range of the skipped bytes in the file; it ends with the file where no marker follows.
    package mutating func skipDamage() -> Range<Int> {
        if position == blockStart { position = endOfMarker(after: blockStart) ?? file.count }
        return blockStart..<position
    }

    private func endOfMarker(after start: Int) -> Int? {
        let marker = header.sync.bytes
        return file.withUnsafeBytes { bytes in
            var index = start
            while index + marker.count <= bytes.count {
                if bytes[index] == marker[0], bytes[index..<index + marker.count].elementsEqual(marker) {
                    return index + marker.count
                }
                index += 1
            }
            return nil
        }
    }

    /// A damaged block's error, with the field at which its records stop following the schema, if there is one.
    private func located(_ damage: AvroError, _ block: ContainerBlockHeader, at start: Int) -> AvroError {
        guard header.codec == .null else { return damage }
        var position = start + block.length
        let end = min(file.count, position + block.dataBytes)
        while position < end {
            let rest = file[file.startIndex + position..<file.startIndex + end]
            do throws(AvroError) {
                let length = try ValueSkipper.skip(header.schema.root, in: rest, checkingValues: true)
                guard length > 0 else { return damage }
                position += length
            } catch {
                return AvroError(
                    damage.code, field: error.field, offset: position + error.offset,
                    detail: "\(damage.detail); up to here its records can be read")
            }
        }
        return damage
    }

    private mutating func countEmpty(at offset: Int) throws(AvroError) {
        emptyBlocks += 1
        guard emptyBlocks <= AvroLimits.emptyBlocks else {
            position = file.count
            throw AvroError(
                .tooManyItems, offset: offset, detail: "over \(AvroLimits.emptyBlocks) blocks without a record")
        }
    }

    private func check(_ count: Int, in data: ArraySlice<UInt8>, at offset: Int) throws(AvroError) {
        let minimum = header.schema.root.minimumSize
        let bound = minimum > 0 ? data.count / minimum : AvroLimits.emptyItems
        guard count <= bound else {
            throw AvroError(.tooManyItems, offset: offset, detail: "\(count) records in \(data.count) bytes")
        }
    }
}
