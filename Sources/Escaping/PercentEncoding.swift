/// Text as it stands in an address, or as a name of one folder, file or object.
package enum PercentEncoding {
    /// The hexadecimal digits of a byte.
    package enum Digits { case uppercase, lowercase }

    /// A text with every byte escaped that is not unreserved (RFC 3986, 2.1 and 2.3).
    package static func escape(_ text: String) -> String { escape(text.utf8, keeping: "-._~") }

    /// Bytes as text, each of them as `%XX` but letters and digits of ASCII, and some marks.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, which may end within a character.
    ///   - marks: ASCII characters that stand as they are. Without `.` and `/` the result is never a path.
    ///   - digits: Both mean the same, but are two names to a file system.
    /// - Returns: ASCII alone.
    package static func escape(
        _ bytes: some Sequence<UInt8>, keeping marks: String, digits: Digits = .uppercase
    ) -> String {
        let hexadecimal = Array(digits == .uppercase ? "0123456789ABCDEF" : "0123456789abcdef")
        return bytes.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                result.append(Character(UnicodeScalar(byte)))
            case _ where marks.utf8.contains(byte): result.append(Character(UnicodeScalar(byte)))
            default: result += "%\(hexadecimal[Int(byte >> 4)])\(hexadecimal[Int(byte & 15)])"
            }
        }
    }
}
