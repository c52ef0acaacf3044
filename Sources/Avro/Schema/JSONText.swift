/// Writes JSON strings.
enum JSONText {
    private static let hex = Array("0123456789abcdef".utf8)

    /// Appends `text` in quotation marks, escaped.
    static func quote(_ text: String, into bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { quote($0, into: &bytes) }
    }

    /// Appends valid UTF-8 in quotation marks.
    static func quote(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var plain = 0
        for index in 0..<text.count where text[index] < 0x20 || text[index] == 0x22 || text[index] == 0x5C {
            bytes.append(contentsOf: text[plain..<index])
            escape(text[index], into: &bytes)
            plain = index + 1
        }
        bytes.append(contentsOf: text[plain..<text.count])
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            bytes += "u00".utf8
            bytes.append(hex[Int(byte >> 4)])
            bytes.append(hex[Int(byte & 15)])
        }
    }
}
