/// Why bytes could not be packed or unpacked.
package struct CompressionError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case truncated  // the input ended before its data did
        case damaged  // the input is not what the format allows
        case wrongChecksum  // a CRC or a length in a gzip trailer differs from the data's
        case trailingBytes  // something that belongs to no stream follows the data
        case tooLong  // the data are longer than the caller's limit
        case refused  // the library could not do it: no memory, or a level it does not know
    }
    package enum Format: String, Hashable, Sendable { case deflate, gzip, snappy, zstandard }

    package let code: Code
    package let format: Format
    package let offset: Int64?  // bytes of compressed input before the fault was seen, where known
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
