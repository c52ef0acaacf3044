package import Avro

/// One field of a survey's packets, as a column of its alert table takes it.
package struct AlertColumn: Sendable {
    /// What values a column holds.
    package enum Kind: String, Sendable, Hashable {
        case integer, real, text, blob
        /// A list or map, kept as JSON text.
        case json
    }

    /// What a value must be to stand in the column; any other is null there.
    package enum Domain: Sendable, Hashable {
        case any
        /// Yes or no, in whatever form; the column has `t` or `f`.
        case flag
        /// A number within bounds.
        case within(ClosedRange<Double>)
    }

    /// The survey's own name, from outside: not quoted, nor the only one of its kind (see ``ColumnNames``). A field of a
    /// nested record carries the record's name before it, as `diaObject_ra`.
    package let name: String
    /// The field's path in the packet.
    package let path: String
    /// What values it holds.
    package let kind: Kind
    /// The field's type in the writer's schema, for a ``Kind/json`` column's text.
    package let type: AvroType?
    /// What a value must be to stand in it.
    package let domain: Domain

    /// A column of a packet's field.
    package init(name: String, path: String, kind: Kind, type: AvroType? = nil, domain: Domain = .any) {
        self.name = name
        self.path = path
        self.kind = kind
        self.type = type
        self.domain = domain
    }
}

extension AlertColumn {
    /// Columns of one kind, from names with blanks between them; the record's name stands before each, where there is one.
    static func columns(of record: String, _ kind: Kind, _ names: String) -> [AlertColumn] {
        names.split(whereSeparator: \.isWhitespace).map { name in
            AlertColumn(
                name: record.isEmpty ? String(name) : "\(record)_\(name)",
                path: record.isEmpty ? String(name) : "\(record).\(name)", kind: kind)
        }
    }
}

extension AlertColumn.Domain {
    private static let (t, f) = (UInt8(ascii: "t"), UInt8(ascii: "f"))

    /// What stands in the column for a value.
    package enum Written: Hashable, Sendable {
        case asWritten
        /// Null.
        case none
        case flag(Bool)
    }

    /// - Parameters:
    ///   - value: A field's value.
    ///   - body: The record's bytes.
    /// - Returns: What the column has of it.
    @inline(__always)
    package func value(_ value: AvroScalar, in body: ArraySlice<UInt8>) -> Written {
        switch self {
        case .any: return .asWritten
        case .flag:
            // Nearly all values are one of the two letters.
            if let text = value.text(in: body), text.count == 1, text.first == Self.t || text.first == Self.f {
                return .asWritten
            }
            return value.flag(in: body).map { .flag($0) } ?? .none
        case .within(let range):
            return value.number(in: body).map { range.contains($0) } == true ? .asWritten : .none
        }
    }

    /// Right ascension, degrees.
    static let rightAscension = Self.within(SkyRange.rightAscension)
    /// Declination, degrees.
    static let declination = Self.within(SkyRange.declination)
}

/// Angles that are places in the sky, degrees.
package enum SkyRange {
    /// Right ascensions, degrees.
    package static let rightAscension = 0.0...360
    /// Declinations, degrees.
    package static let declination = -90.0...90
}

extension AlertColumn.Kind {
    init(_ type: AvroType) {
        switch type.kind {
        case .null, .boolean, .int, .long: self = .integer
        case .float, .double: self = .real
        case .string, .enumeration: self = .text
        case .bytes, .fixed: self = .blob
        case .array, .map, .record: self = .json
        case .union:
            guard let value = type.nullable?.value else {
                self = .json
                return
            }
            self.init(value)
        }
    }
}

/// Lists the fields of a writer schema that make a table row.
struct ColumnList {
    /// Records that lie one inside the other deeper than this become JSON.
    private static let deepest = 4
    /// A schema with more fields has the rest left out of the table, not of the archive.
    private static let most = 1_000

    /// Paths left out, with all below them: the cutouts and the history lists.
    let leftOut: Set<String>
    /// The record whose fields stand in the table under their bare names.
    let bare: String
    /// Paths of the alert's id, which has the table's own column.
    let ids: Set<String>
    /// What values of the bare record's fields must be, by their names.
    let domains: [String: AlertColumn.Domain]

    /// - Returns: The columns, and how many fields have none.
    func columns(of record: AvroRecord) -> (columns: [AlertColumn], withoutColumn: Int) {
        var found: (columns: [AlertColumn], withoutColumn: Int) = ([], 0)
        add(record, path: "", depth: 0, to: &found)
        return found
    }

    private func add(
        _ record: AvroRecord, path: String, depth: Int, to found: inout (columns: [AlertColumn], withoutColumn: Int)
    ) {
        for field in record.fields {
            let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            guard !leftOut.contains(fieldPath), !ids.contains(fieldPath) else { continue }
            // A name with a dot would be taken for a path, and of two fields of one name a path means the first.
            guard !field.name.contains("."), field.name == field.uniqueName, found.columns.count < Self.most else {
                found.withoutColumn += 1
                continue
            }
            if let nested = field.type.record, depth < Self.deepest {
                add(nested, path: fieldPath, depth: depth + 1, to: &found)
            } else {
                let name = path.isEmpty || path == bare ? field.name : fieldPath.replacing(".", with: "_")
                found.columns.append(
                    AlertColumn(
                        name: name, path: fieldPath, kind: AlertColumn.Kind(field.type),
                        type: field.type.nullable?.value ?? field.type,
                        domain: path == bare ? domains[field.name] ?? .any : .any))
            }
        }
    }
}
