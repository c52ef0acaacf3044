internal import Compression

extension ContainerCodec {
    /// The records of a block.
    ///
    /// - Parameters:
    ///   - stored: The block's data in the file.
    ///   - limit: Bytes of the records at most.
    ///   - offset: Offset of the data in the file, for errors.
    /// - Returns: The records; the same slice where the data are not compressed.
    /// - Throws: ``AvroError`` where the data are damaged or too large.
    func decompress(
        _ stored: ArraySlice<UInt8>, limit: Int, at offset: Int
    ) throws(AvroError) -> ArraySlice<UInt8> {
        let data: [UInt8]
        do throws(CompressionError) {
            switch self {
            case .null: return stored
            case .deflate: return try Deflate.decompress(stored, limit: limit)[...]
            case .zstandard: return try Zstandard.decompress(stored, limit: limit)[...]
            case .snappy: data = try Snappy.decompress(stored.dropLast(Self.checksumBytes), limit: limit)
            }
        } catch {
            let code: AvroError.Code = error.code == .tooLong ? .blockTooLarge : .corruptBlock
            throw AvroError(code, offset: offset, detail: "\(rawValue): \(error)")
        }
        guard stored.count >= Self.checksumBytes,
            Self.checksum(of: data[...]).elementsEqual(stored.suffix(Self.checksumBytes))
        else { throw AvroError(.corruptBlock, offset: offset, detail: "snappy: the records' CRC-32 is another") }
        return data[...]
    }

    /// A block's data for the file.
    func compress(_ data: ArraySlice<UInt8>) throws(AvroError) -> ArraySlice<UInt8> {
        do throws(CompressionError) {
            switch self {
            case .null: return data
            case .deflate: return try Deflate.compress(data)[...]
            case .zstandard: return try Zstandard.compress(data)[...]
            case .snappy: return (try Snappy.compress(data) + Self.checksum(of: data))[...]
            }
        } catch { throw AvroError(.corruptBlock, detail: "\(rawValue): \(error)") }
    }

    /// A snappy block ends with the CRC-32 of its records, big-endian.
    private static let checksumBytes = 4

    private static func checksum(of data: ArraySlice<UInt8>) -> [UInt8] {
        withUnsafeBytes(of: CRC32.of(data).bigEndian) { Array($0) }
    }
}
