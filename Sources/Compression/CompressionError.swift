/// Why bytes could not be packed or unpacked.
package struct CompressionError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        case truncated  // the input ended before its data did
        case damaged  // the input is not what the format allows
        case wrongChecksum  // a CRC or a length in a gzip trailer differs from the data's
        case trailingBytes  // something that belongs to no stream follows the data
        case tooLong  // the data are longer than the caller's limit
        case refused  // the library could not do it: no memory, or a level it does not know
    }
    /// What the bytes were to be.
    package enum Format: String, Hashable, Sendable { case deflate, gzip, snappy, zstandard }

    /// What kind of failure it is.
    package let code: Code
    /// What the bytes were to be.
    package let format: Format
    /// Where the fault was seen.
    package let offset: Int64?  // bytes of compressed input before the fault was seen, where known
    /// What is wrong.
    package let detail: String

    init(_ code: Code, _ format: Format, at offset: Int64? = nil, _ detail: String) {
        self.code = code
        self.format = format
        self.offset = offset
        self.detail = detail
    }

    package var description: String {
        let place = offset.map { " at compressed byte \($0)" } ?? ""
        return "\(format.rawValue)\(place): \(detail)"
    }
}
