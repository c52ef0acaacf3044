/// Writes a table as the first extension of a FITS file: a binary table.
///
/// Texts of a column are as wide as its longest; where that is more than ``widest``, or would leave
/// much blank, they lie behind the rows in the heap.
/// A whole number that is none is the least of its kind (TNULL), a number that is none NaN, a text empty. What is no ASCII
/// becomes `?`.
///
/// Source: FITS Standard 4.0, sections 4 and 7.3.
package struct FITSTableWriter {
    /// The widest text that stands in its row, bytes.
    package static let widest = 64
    /// Columns that a header's keys can number.
    package static let mostColumns = 999
    private static let block = 2_880

    private let fields: [TableField]
    private let name: String
    /// The rows, of each text a length and a place in ``texts``.
    private var rows: [UInt8] = []
    private var texts: [UInt8] = []
    private var count = 0
    private var longest: [Int]
    /// The lengths of each column's texts together.
    private var sums: [Int]

    /// A table at its beginning.
    package init(_ fields: [TableField], name: String) {
        self.fields = TableField.unique(fields)
        self.name = name
        precondition(fields.count <= Self.mostColumns, "more columns than FITS can number")
        longest = fields.map { _ in 0 }
        sums = longest
    }

    /// How long the file is so far, but for texts that are widened to the longest.
    package var length: Int { rows.count + texts.count }

    /// Adds a row.
    package mutating func add(_ row: [TableCell]) {
        count += 1
        for (number, (field, cell)) in zip(fields, row).enumerated() {
            let cell = cell.fitted(to: field.kind)
            switch field.kind {
            case .flag:
                if case .integer(let value) = cell {
                    rows.append(UInt8(ascii: value == 0 ? "F" : "T"))
                } else {
                    rows.append(0)
                }
            case .short:
                if case .integer(let value) = cell { append(Int32(value)) } else { append(Int32.min) }
            case .integer:
                if case .integer(let value) = cell { append(value) } else { append(Int64.min) }
            case .real:
                if case .real(let value) = cell { append(value.bitPattern) } else { append(Double.nan.bitPattern) }
            case .text:
                var length = 0
                if case .text(let text) = cell {
                    for scalar in text.unicodeScalars {
                        texts.append(0x20..<0x7F ~= scalar.value ? UInt8(scalar.value) : UInt8(ascii: "?"))
                        length += 1
                    }
                }
                longest[number] = max(longest[number], length)
                sums[number] += length
                append(Int32(length))
                append(Int32(texts.count - length))
            }
        }
    }

    private mutating func append(_ value: some FixedWidthInteger) { Self.append(value, to: &rows) }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Bytes of a value in ``rows``.
    private static func size(_ kind: TableField.Kind) -> Int {
        switch kind {
        case .flag: 1
        case .short: 4
        case .integer, .real, .text: 8
        }
    }

    /// The whole file.
    package consuming func end() -> [UInt8] {
        let isInHeap = fields.indices.map { fields[$0].kind == .text && isWide($0) }
        let widths = zip(zip(fields, longest), isInHeap).map { pair, isInHeap in
            pair.0.kind == .text && !isInHeap ? max(pair.1, 1) : Self.size(pair.0.kind)
        }
        let rowLength = widths.reduce(0, +)
        var data: [UInt8] = []
        data.reserveCapacity(rowLength * count)
        var heap: [UInt8] = []
        var at = 0
        for _ in 0..<count {
            for (number, field) in fields.enumerated() {
                let size = Self.size(field.kind)
                defer { at += size }
                guard field.kind == .text else {
                    data += rows[at..<at + size]
                    continue
                }
                let length = Self.whole(rows[at..<at + 4])
                let start = Self.whole(rows[at + 4..<at + 8])
                let text = texts[start..<start + length]
                if isInHeap[number] {
                    Self.append(Int32(length), to: &data)
                    Self.append(Int32(heap.count), to: &data)
                    heap += text
                } else {
                    data += text
                    data += repeatElement(0, count: widths[number] - length)
                }
            }
        }
        var file = Self.header([
            ("SIMPLE", "T"), ("BITPIX", "8"), ("NAXIS", "0"), ("EXTEND", "T"),
        ])
        file += Self.header(cards(rowLength: rowLength, heap: heap.count, widths, isInHeap))
        file += data
        file += heap
        file += repeatElement(0, count: (Self.block - (data.count + heap.count) % Self.block) % Self.block)
        return file
    }

    /// Whether a column's texts lie in the heap: some are long, or a few are so much longer than most that much would be blank.
    private func isWide(_ column: Int) -> Bool {
        let filled = longest[column] * count
        return longest[column] > Self.widest || filled > 1 << 20 && filled > 2 * (sums[column] + 8 * count)
    }

    private static func whole(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private func cards(
        rowLength: Int, heap: Int, _ widths: [Int], _ isInHeap: [Bool]
    ) -> [(String, String)] {
        var cards: [(String, String)] = [
            ("XTENSION", Self.quoted("BINTABLE")), ("BITPIX", "8"), ("NAXIS", "2"), ("NAXIS1", "\(rowLength)"),
            ("NAXIS2", "\(count)"), ("PCOUNT", "\(heap)"), ("GCOUNT", "1"), ("TFIELDS", "\(fields.count)"),
            ("EXTNAME", Self.quoted(name)),
        ]
        for (index, field) in fields.enumerated() {
            let number = index + 1
            cards.append(("TTYPE\(number)", Self.quoted(field.name)))
            let form =
                switch field.kind {
                case .flag: "L"
                case .short: "J"
                case .integer: "K"
                case .real: "D"
                case .text: isInHeap[index] ? "1PA(\(longest[index]))" : "\(widths[index])A"
                }
            cards.append(("TFORM\(number)", Self.quoted(form)))
            if field.kind == .integer { cards.append(("TNULL\(number)", "\(Int64.min)")) }
            if field.kind == .short { cards.append(("TNULL\(number)", "\(Int32.min)")) }
            if let unit = field.unit { cards.append(("TUNIT\(number)", Self.quoted(unit))) }
            if let ucd = field.ucd { cards.append(("TUCD\(number)", Self.quoted(ucd))) }
            if let description = field.description { cards.append(("TCOMM\(number)", Self.quoted(description))) }
        }
        return cards
    }

    /// A text of a card, which has room for 68 characters; what is longer is cut off.
    private static func quoted(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            let character = 0x20..<0x7F ~= scalar.value ? String(scalar) : "?"
            let next = character == "'" ? "''" : character
            guard shown.count + next.count <= 68 else { break }
            shown += next
        }
        // A text has eight characters at least.
        return "'\(shown)\(String(repeating: " ", count: max(0, 8 - shown.count)))'"
    }

    private static func header(_ cards: [(String, String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (key, value) in cards {
            let name = key + String(repeating: " ", count: 8 - key.count)
            let isText = value.hasPrefix("'")
            let shown = isText ? value : String(repeating: " ", count: max(0, 20 - value.count)) + value
            let card = "\(name)= \(shown)"
            bytes += card.utf8
            bytes += repeatElement(0x20, count: 80 - card.utf8.count)
        }
        bytes += "END".utf8
        bytes += repeatElement(0x20, count: (block - bytes.count % block) % block)
        return bytes
    }
}
