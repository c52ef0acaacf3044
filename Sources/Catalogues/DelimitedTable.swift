/// A table of text: CSV, ECSV, or with tabs; read row by row, whatever its length.
struct DelimitedTable {
    let path: String
    let columns: [CatalogueTable.Column]
    private let delimiter: UInt8
    /// Columns of an ECSV table that are booleans.
    private let booleans: Set<Int>

    /// Bytes of a row at most.
    private static let longestRow = 1 << 20

    /// Reads the header.
    init(_ path: String) throws(CatalogueError) {
        self.path = path
        var lines = try LineReader(path, longest: Self.longestRow)
        var header: [UInt8]?
        var comments: [[UInt8]] = []
        var commentBytes = 0
        while header == nil, let line = try lines.next() {
            if line.first != UInt8(ascii: "#") {
                header = line.isEmpty ? nil : line
            } else if commentBytes < Self.longestRow {
                comments.append(Array(line.dropFirst()))
                commentBytes += line.count
            }
        }
        guard let header else { throw CatalogueError(path, "has no header") }
        guard !header.contains(0) else { throw CatalogueError(path, "is no text in UTF-8: its header has bytes of 0") }
        guard !header.dropLast().contains(UInt8(ascii: "\r")) else {
            throw CatalogueError(path, "its lines end in CR alone: let them end in LF")
        }
        let texts = comments.map { String(decoding: $0, as: UTF8.self)[...] }
        let ecsv = texts.contains { $0.contains("%ECSV") } ? ECSVHeader(texts) : nil
        guard ecsv == nil || commentBytes < Self.longestRow else {
            throw CatalogueError(path, "its ECSV header has more than \(Self.longestRow) bytes")
        }
        let tab = UInt8(ascii: "\t")
        delimiter = ecsv?.delimiter ?? (header.contains(tab) ? tab : UInt8(ascii: ","))
        guard let names = Self.fields(header, delimiter) else { throw Self.openQuote("the header", path) }
        let declared = names.map { ($0, ecsv?.columns[$0]) }
        columns = declared.map { name, column in
            CatalogueTable.Column(name: name, kind: column?.isBoolean == true ? .integer : nil, unit: column?.unit)
        }
        booleans = Set(declared.indices.filter { declared[$0].1?.isBoolean == true })
    }

    /// Calls `body` with the values of some columns of every row, texts as they are written.
    func forEachRow(
        of columns: [Int], _ body: ([CatalogueValue]) throws(CatalogueError) -> Void
    ) throws(CatalogueError) {
        var lines = try LineReader(path, longest: Self.longestRow)
        var (number, isBegun) = (0, false)
        while let line = try lines.next() {
            number += 1
            guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
            guard isBegun else {
                isBegun = true
                continue
            }
            guard let fields = Self.fields(line, delimiter) else { throw Self.openQuote("line \(number)", path) }
            guard fields.count == self.columns.count else {
                throw CatalogueError(
                    path, "line \(number) has \(fields.count) values, and the header \(self.columns.count)")
            }
            try body(
                columns.map { (column) throws(CatalogueError) in
                    let text = fields[column]
                    if Self.isNull(text) { return .null }
                    guard booleans.contains(column) else { return .text(text) }
                    guard let flag = Self.flags[text] else {
                        throw CatalogueError(
                            path, "line \(number): '\(text)' is no boolean of '\(self.columns[column].name)'")
                    }
                    return .integer(flag)
                })
        }
    }

    /// The booleans of ECSV: 1 and 0, as those of FITS.
    private static let flags: [String: Int64] = ["True": 1, "true": 1, "1": 1, "False": 0, "false": 0, "0": 0]

    /// Whether a text says that there is no value.
    private static func isNull(_ text: String) -> Bool {
        text.isEmpty || text == "null" || text == "NaN" || text == "nan" || text == "--"
    }

    private static func openQuote(_ place: String, _ path: String) -> CatalogueError {
        CatalogueError(path, "\(place) has a quote that is not closed; a value has no line break, and a row is a line")
    }

    /// The fields of a line; within quotes a delimiter is a letter, and two quotes are one. A quote within a value is a letter.
    ///
    /// - Returns: The fields; `nil` where a quote is not closed.
    private static func fields(_ line: [UInt8], _ delimiter: UInt8) -> [String]? {
        let quote = UInt8(ascii: "\"")
        var fields: [String] = []
        var field: [UInt8] = []
        var (isQuoted, index) = (false, 0)
        while index < line.count {
            let byte = line[index]
            if isQuoted {
                if byte == quote, index + 1 < line.count, line[index + 1] == quote {
                    field.append(quote)
                    index += 1
                } else if byte == quote {
                    isQuoted = false
                } else {
                    field.append(byte)
                }
            } else if byte == quote, field.allSatisfy({ $0 == UInt8(ascii: " ") }) {
                isQuoted = true
                field.removeAll(keepingCapacity: true)
            } else if byte == delimiter {
                fields.append(text(field))
                field.removeAll(keepingCapacity: true)
            } else {
                field.append(byte)
            }
            index += 1
        }
        fields.append(text(field))
        return isQuoted ? nil : fields
    }

    private static func text(_ field: [UInt8]) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
        guard let first = field.firstIndex(where: { !isBlank($0) }), let last = field.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: field[first...last], as: UTF8.self)
    }
}

/// Lines of a file.
private struct LineReader: ~Copyable {
    private let path: String
    private var file: TableBytes
    private let longest: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private var isBegun = false

    init(_ path: String, longest: Int) throws(CatalogueError) {
        file = try TableBytes(path)
        (self.path, self.longest) = (path, longest)
    }

    mutating func next() throws(CatalogueError) -> [UInt8]? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            if isAtEnd {
                defer { start = buffer.count }
                return start < buffer.count ? Array(buffer[start...]) : nil
            }
            guard buffer.count - start <= longest else {
                throw CatalogueError(path, "a line has more than \(longest) bytes; lines end in LF")
            }
            buffer.removeFirst(start)
            start = 0
            let more = try file.next()
            if more.isEmpty { isAtEnd = true }
            // A mark of the order of bytes is no part of the first name.
            buffer += !isBegun && more.starts(with: [0xef, 0xbb, 0xbf]) ? more.dropFirst(3) : more[...]
            isBegun = true
        }
    }
}
