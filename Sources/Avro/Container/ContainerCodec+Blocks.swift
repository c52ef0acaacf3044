extension ContainerCodec {
    /// The records of a block.
    ///
    /// - Parameters:
    ///   - stored: The block's data as they are in the file.
    ///   - limit: Bytes that the records may take.
    ///   - offset: Where the data lie in the file, for errors.
    /// - Returns: The records; the same slice where nothing is compressed.
    func decompress(
        _ stored: ArraySlice<UInt8>, limit: Int, at offset: Int
    ) throws(AvroError) -> ArraySlice<UInt8> {
        switch self {
        case .null: return stored
        default: throw AvroError(.unknownCodec, offset: offset, detail: rawValue)
        }
    }

    func compress(_ data: ArraySlice<UInt8>) throws(AvroError) -> ArraySlice<UInt8> {
        switch self {
        case .null: return data
        default: throw AvroError(.unknownCodec, detail: rawValue)
        }
    }
}
