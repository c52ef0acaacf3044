/// Names as file systems and tarballs keep them, which are bytes: they need not be text.
enum FileName {
    /// The text of a name. Each byte that is part of no UTF-8 character is shown as `\xFF`, in hexadecimal digits.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let bytes = Array(bytes)
        var text = ""
        var place = 0
        while place < bytes.count {
            let character = (1...4).lazy.compactMap { length in
                place + length <= bytes.count
                    ? String(validating: bytes[place..<place + length], as: UTF8.self) : nil
            }.first
            if let character {
                text += character
                place += character.utf8.count
            } else {
                let digits = String(bytes[place], radix: 16, uppercase: true)
                text += digits.count < 2 ? "\\x0\(digits)" : "\\x\(digits)"
                place += 1
            }
        }
        return text
    }
}
