/// Writes bodies as JSON: bytes in base64, numbers with enough digits for the same bits, and numbers that JSON lacks as the
/// strings "NaN", "Infinity" and "-Infinity". Unions are written as their value. The second field of a name in a record
/// gets the suffix `_2`.
///
/// Ids of a survey are strings, and so are integers beyond 2^53: many readers of JSON round those, or convert a column of them
/// to floats. Ids are the integers of fields with the name `candid`, `pid` or `visit`, the prefix `objectid`, or the suffix
/// `Id`.
package struct AvroJSON {
    private let body: ArraySlice<UInt8>
    private let leftOut: Set<String>

    /// Appends one record as one line of JSON, without a line break.
    ///
    /// - Parameters:
    ///   - body: The record's bytes; others may follow them.
    ///   - schema: The writer's schema.
    ///   - leftOut: Top-level fields of the record that are not written.
    ///   - line: Receives the line; after an error it has a part of the record.
    /// - Returns: The length of the record in `body`, bytes.
    /// - Throws: ``AvroError`` with the field and the byte.
    @discardableResult
    package static func append(
        _ body: ArraySlice<UInt8>, schema: AvroSchema, leavingOut leftOut: Set<String> = [], to line: inout [UInt8]
    ) throws(AvroError) -> Int {
        let writer = AvroJSON(body: body, leftOut: leftOut)
        return try ByteCursor.over(body) { (cursor) throws(AvroError) -> Int in
            try writer.value(schema.root, &cursor, &line, depth: 0)
            return cursor.position
        }
    }

    /// Appends one value of any type.
    ///
    /// - Throws: ``AvroError`` with the field and the byte.
    package static func append(
        _ bytes: ArraySlice<UInt8>, type: AvroType, to line: inout [UInt8]
    ) throws(AvroError) {
        let writer = AvroJSON(body: bytes, leftOut: [])
        try ByteCursor.over(bytes) { (cursor) throws(AvroError) in try writer.value(type, &cursor, &line, depth: 0) }
    }

    private func value(
        _ type: AvroType, _ cursor: inout ByteCursor, _ line: inout [UInt8], depth: Int, of field: String? = nil
    ) throws(AvroError) {
        try cursor.enter(depth)
        switch type.kind {
        case .null: line += "null".utf8
        case .boolean: line += (try cursor.boolean() ? "true" : "false").utf8
        case .int, .long: whole(try cursor.long(), of: field, &line)
        case .float:
            let value = try cursor.float()
            number(value.description, isFinite: value.isFinite, &line)
        case .double:
            let value = try cursor.double()
            number(value.description, isFinite: value.isFinite, &line)
        case .bytes: base64(try cursor.bytes(), &line)
        case .string: JSONText.quote(cursor.buffer(try cursor.string()), into: &line)
        case .fixed(let fixed):
            let start = try cursor.consume(fixed.size, fixed.fullName)
            base64(start..<start + fixed.size, &line)
        case .enumeration(let enumeration):
            let symbol = try cursor.symbol(of: enumeration.symbols.count)
            JSONText.quote(enumeration.symbols[symbol], into: &line)
        case .union(let branches):
            try value(branches[try cursor.branch(of: branches.count)], &cursor, &line, depth: depth + 1, of: field)
        case .record(let record): try self.record(record, &cursor, &line, depth: depth)
        case .array(let item):
            line.append(UInt8(ascii: "["))
            try ValueSkipper.items(&cursor, minimumSize: item.minimumSize) { (cursor, index) throws(AvroError) in
                if index > 0 { line.append(UInt8(ascii: ",")) }
                try value(item, &cursor, &line, depth: depth + 1)
            }
            line.append(UInt8(ascii: "]"))
        case .map(let item):
            line.append(UInt8(ascii: "{"))
            try ValueSkipper.items(&cursor, minimumSize: 1 + item.minimumSize) { (cursor, index) throws(AvroError) in
                if index > 0 { line.append(UInt8(ascii: ",")) }
                JSONText.quote(cursor.buffer(try cursor.string()), into: &line)
                line.append(UInt8(ascii: ":"))
                try value(item, &cursor, &line, depth: depth + 1)
            }
            line.append(UInt8(ascii: "}"))
        }
    }

    private func record(
        _ record: AvroRecord, _ cursor: inout ByteCursor, _ line: inout [UInt8], depth: Int
    ) throws(AvroError) {
        line.append(UInt8(ascii: "{"))
        var isFirst = true
        for field in record.fields {
            if depth == 0 && leftOut.contains(field.name) {
                try ValueSkipper.skip(field.type, &cursor, checkingValues: false, depth: 1)
                continue
            }
            if !isFirst { line.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONText.quote(field.uniqueName, into: &line)
            line.append(UInt8(ascii: ":"))
            do { try value(field.type, &cursor, &line, depth: depth + 1, of: field.name) } catch {
                throw error.inside(field.name)
            }
        }
        line.append(UInt8(ascii: "}"))
    }

    /// The largest integer up to which doubles represent all integers.
    private static let mostExact = 1 << 53

    private func whole(_ value: Int64, of field: String?, _ line: inout [UInt8]) {
        let isText = value.magnitude > Self.mostExact || field.map(Self.isId) == true
        if isText { line.append(UInt8(ascii: "\"")) }
        line += value.description.utf8
        if isText { line.append(UInt8(ascii: "\"")) }
    }

    /// Whether the integers of a field are ids, which are always strings in JSON.
    package static func isId(_ field: String) -> Bool {
        field == "candid" || field == "pid" || field == "visit" || field == "same_as" || field.hasPrefix("objectid")
            || field.hasSuffix("Id")
    }

    private func number(_ text: String, isFinite: Bool, _ line: inout [UInt8]) {
        if isFinite {
            line += text.utf8
        } else {
            // Swift writes nan, inf and -inf.
            line += (text.hasSuffix("inf") ? text.hasPrefix("-") ? "\"-Infinity\"" : "\"Infinity\"" : "\"NaN\"").utf8
        }
    }

    private func base64(_ range: Range<Int>, _ line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        Self.appendBase64(body[body.startIndex + range.lowerBound..<body.startIndex + range.upperBound], to: &line)
        line.append(UInt8(ascii: "\""))
    }

    private static let base64Letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// RFC 4648, section 4. Foundation's would bring 15 MB into the library for Python.
    private static func appendBase64(_ bytes: ArraySlice<UInt8>, to line: inout [UInt8]) {
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let group = bytes[at..<min(at + 3, bytes.endIndex)]
            var bits = 0
            for place in 0..<3 { bits = bits << 8 | (place < group.count ? Int(group[at + place]) : 0) }
            for place in 0..<4 {
                line.append(
                    place <= group.count ? base64Letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
            at += 3
        }
    }
}
