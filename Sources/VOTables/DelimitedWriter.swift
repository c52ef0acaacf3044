/// Writes a table as text with a line for its columns' names and one for each row.
///
/// Source: RFC 4180 for CSV; text/tab-separated-values as IANA registered it.
package struct DelimitedWriter {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []
    private let fields: [TableField]
    private let isTabbed: Bool

    /// A table at its beginning, with commas between values, or tabulators.
    package init(_ fields: [TableField], isTabbed: Bool = false) {
        (self.fields, self.isTabbed) = (fields, isTabbed)
        line(fields.map { .text($0.name) })
    }

    /// Adds a row; a value that is none is empty.
    package mutating func add(_ row: [TableCell]) {
        line(zip(fields, row).map { $1.fitted(to: $0.kind) })
    }

    private mutating func line(_ cells: [TableCell]) {
        for (number, cell) in cells.enumerated() {
            if number > 0 { bytes.append(UInt8(ascii: isTabbed ? "\t" : ",")) }
            switch cell {
            case .null: break
            case .integer(let value): bytes += String(value).utf8
            case .real(let value): bytes += "\(value)".utf8
            case .text(let text): append(text)
            }
        }
        // RFC 4180 has CRLF; every reader takes LF in tables of tabulators.
        bytes += isTabbed ? "\n".utf8 : "\r\n".utf8
    }

    private mutating func append(_ text: String) {
        if isTabbed {
            bytes += text.utf8.map { $0 == 9 || $0 == 10 || $0 == 13 ? UInt8(ascii: " ") : $0 }
            return
        }
        let isPlain = !text.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13
        }
        // An empty text in quotes is a text, and not none.
        guard !isPlain || text.isEmpty else {
            bytes += text.utf8
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
