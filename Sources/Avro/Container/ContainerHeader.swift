/// The header of an Avro container: schema, codec and metadata.
///
/// Source: Apache Avro 1.12 specification, "Object Container Files".
package struct ContainerHeader: Sendable {
    /// `Obj` and the version, 1.
    package static let magic: [UInt8] = [0x4F, 0x62, 0x6A, 0x01]

    private let contents: ContainerMetadata
    /// The marker at the end of the header and of each block.
    package let sync: SyncMarker

    init(contents: ContainerMetadata, sync: SyncMarker) {
        self.contents = contents
        self.sync = sync
    }

    /// The writer's schema.
    package var schema: AvroSchema { contents.schema }
    /// How blocks are compressed.
    package var codec: ContainerCodec { contents.codec }
    /// All metadata in the file's order, `avro.schema` and `avro.codec` included.
    package var metadata: [(key: String, value: ArraySlice<UInt8>)] { contents.entries }
    /// Bytes of the header, sync marker included.
    package var length: Int { contents.bytes.count + SyncMarker.count }

    /// Parses the header at the start of a file. For recently seen metadata it only compares bytes.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(AvroError) -> ContainerHeader {
        if let known = MetadataCache.shared.find(bytes) {
            return ContainerHeader(contents: known, sync: SyncMarker(bytes.dropFirst(known.bytes.count)))
        }
        let contents = try ContainerMetadata(bytes)
        let rest = bytes.dropFirst(contents.bytes.count)
        guard rest.count >= SyncMarker.count else {
            throw AvroError(.truncated, offset: bytes.count, detail: "the bytes end within the sync marker")
        }
        MetadataCache.shared.add(contents)
        return ContainerHeader(contents: contents, sync: SyncMarker(rest))
    }

    /// Parses the header at the start of a file that may be incomplete.
    ///
    /// - Returns: The header; nil where the bytes end before it does.
    /// - Throws: ``AvroError`` where it is not a header, whatever follows.
    package static func parse(prefix bytes: ArraySlice<UInt8>) throws(AvroError) -> ContainerHeader? {
        do { return try parse(bytes) } catch {
            let isShort = error.code == .truncated || error.code == .lengthExceedsBody
            guard isShort, bytes.count < AvroLimits.headerBytes else { throw error }
            return nil
        }
    }
}

/// The part of a header before its sync marker, parsed once for all files with the same bytes.
final class ContainerMetadata: Sendable {
    /// From the magic to the end of the metadata.
    let bytes: [UInt8]
    let schema: AvroSchema
    let codec: ContainerCodec
    let entries: [(key: String, value: ArraySlice<UInt8>)]

    init(_ file: ArraySlice<UInt8>) throws(AvroError) {
        let magic = ContainerHeader.magic
        guard file.prefix(magic.count).elementsEqual(magic) else {
            guard file.count < magic.count, magic.starts(with: file) else {
                throw AvroError(.notAContainer, detail: "the file does not begin with Obj and 1")
            }
            throw AvroError(.truncated, offset: file.count, detail: "the bytes end within the magic")
        }
        let head = file.prefix(AvroLimits.headerBytes)
        let ranges = try ByteCursor.over(head) { (cursor) throws(AvroError) -> MetadataRanges in
            _ = try cursor.consume(magic.count, "the magic")
            return try Self.ranges(&cursor)
        }
        bytes = Array(file.prefix(ranges.end))
        var entries: [(key: String, value: ArraySlice<UInt8>)] = []
        for (key, value) in ranges.entries {
            entries.append((String(decoding: bytes[key], as: UTF8.self), bytes[value]))
        }
        self.entries = entries
        guard let text = entries.first(where: { $0.key == "avro.schema" })?.value else {
            throw AvroError(.notAContainer, offset: ranges.end, detail: "the metadata lacks avro.schema")
        }
        let name = entries.first { $0.key == "avro.codec" }.map { String(decoding: $0.value, as: UTF8.self) } ?? "null"
        guard let codec = ContainerCodec(rawValue: name) else {
            throw AvroError(.unknownCodec, detail: String(name.prefix(40)))
        }
        self.codec = codec
        do { schema = try AvroSchema.compiled(text) } catch { throw error.moved(by: text.startIndex) }
    }

    private struct MetadataRanges {
        var entries: [(key: Range<Int>, value: Range<Int>)] = []
        var end = 0
    }

    private static func ranges(_ cursor: inout ByteCursor) throws(AvroError) -> MetadataRanges {
        var found = MetadataRanges()
        while true {
            let start = cursor.position
            let count = try cursor.long()
            if count < 0 { _ = try cursor.long() }
            guard count.magnitude <= AvroLimits.metadataEntries - found.entries.count else {
                throw AvroError(.headerTooLarge, offset: start, detail: "\(count.magnitude) metadata entries")
            }
            if count == 0 { break }
            for _ in 0..<count.magnitude {
                let key = try part(&cursor) { (cursor) throws(AvroError) in try cursor.string() }
                let value = try part(&cursor) { (cursor) throws(AvroError) in try cursor.bytes() }
                found.entries.append((key, value))
            }
        }
        found.end = cursor.position
        return found
    }

    private static func part(
        _ cursor: inout ByteCursor, _ read: (inout ByteCursor) throws(AvroError) -> Range<Int>
    ) throws(AvroError) -> Range<Int> {
        let start = cursor.position
        do { return try read(&cursor) } catch {
            // A length that no header has is an error, however many bytes follow.
            guard error.code == .lengthExceedsBody else { throw error }
            var again = cursor
            again.position = start
            guard let length = try? again.long(), length <= AvroLimits.headerBytes else {
                throw AvroError(.headerTooLarge, offset: start, detail: "a metadata entry is too long")
            }
            throw error
        }
    }
}
