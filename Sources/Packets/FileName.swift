/// Names in file systems and tarballs, which are bytes and need not be UTF-8.
enum FileName {
    /// The text of a name. A byte that is not part of a UTF-8 character is shown as `\xFF`, in hexadecimal digits.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let bytes = Array(bytes)
        var text = ""
        var position = 0
        while position < bytes.count {
            let character = (1...4).lazy.compactMap { length in
                position + length <= bytes.count
                    ? String(validating: bytes[position..<position + length], as: UTF8.self) : nil
            }.first
            if let character {
                text += character
                position += character.utf8.count
            } else {
                let digits = String(bytes[position], radix: 16, uppercase: true)
                text += digits.count < 2 ? "\\x0\(digits)" : "\\x\(digits)"
                position += 1
            }
        }
        return text
    }
}
