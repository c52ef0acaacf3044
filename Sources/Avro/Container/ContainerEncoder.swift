/// Writes the parts of a container: its header, and blocks of encoded records.
package struct ContainerEncoder: Sendable {
    /// How blocks are compressed.
    package let codec: ContainerCodec
    /// The marker at the end of the header and of each block.
    package let sync: SyncMarker
    /// The file's first bytes, sync marker included.
    package let header: [UInt8]

    /// - Parameters:
    ///   - schema: The schema's text.
    ///   - codec: How blocks are compressed.
    ///   - sync: The marker between blocks.
    ///   - metadata: Additional entries; names that begin with `avro.` belong to the specification.
    package init(
        schema: some Collection<UInt8>, codec: ContainerCodec = .null, sync: SyncMarker = .random(),
        metadata: [(key: String, value: [UInt8])] = []
    ) {
        var encoder = BinaryEncoder(reserving: schema.count + 128)
        encoder.raw(ContainerHeader.magic)
        encoder.mapStart(count: 2 + metadata.count)
        encoder.string("avro.codec")
        encoder.string(codec.rawValue)
        encoder.string("avro.schema")
        encoder.bytes(schema)
        for (key, value) in metadata {
            encoder.string(key)
            encoder.bytes(value)
        }
        encoder.mapEnd()
        encoder.raw(sync.bytes)
        self.codec = codec
        self.sync = sync
        header = encoder.bytes
    }

    /// Appends one block to a file's bytes.
    ///
    /// - Parameters:
    ///   - count: Records in `data`.
    ///   - data: Their bodies, concatenated.
    ///   - file: Receives the block.
    /// - Throws: ``AvroError`` where the codec's library refuses.
    package func block(
        count: Int, data: ArraySlice<UInt8>, into file: inout [UInt8]
    ) throws(AvroError) {
        let stored = try codec.compress(data)
        var encoder = BinaryEncoder()
        encoder.long(Int64(count))
        encoder.long(Int64(stored.count))
        file.reserveCapacity(file.count + encoder.bytes.count + stored.count + SyncMarker.count)
        file += encoder.bytes
        file += stored
        file += sync.bytes
    }
}
