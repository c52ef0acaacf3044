package import Avro

/// A column of a survey's alert table: one field of its packets.
package struct AlertColumn: Sendable {
    package enum Kind: String, Sendable, Hashable {
        case integer, real, text, blob
        /// A list or map, kept as JSON text.
        case json
    }

    /// The survey's own name; a field of a nested record carries the record's name before it, as `diaObject_ra`.
    package let name: String
    /// The field's path in the packet.
    package let path: String
    package let kind: Kind
    /// The field's type in the writer's schema, for a ``Kind/json`` column's text.
    package let type: AvroType?

    package init(name: String, path: String, kind: Kind, type: AvroType? = nil) {
        self.name = name
        self.path = path
        self.kind = kind
        self.type = type
    }
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
struct ColumnSurvey {
    /// Records that lie one inside the other deeper than this become JSON.
    private static let deepest = 4
    /// SQLite takes 2,000 columns; a schema with more has the rest left out of the table, not of the archive.
    private static let most = 1_900

    /// Paths left out, with all below them: the cutouts and the history lists.
    let leftOut: Set<String>
    /// The record whose fields stand in the table under their bare names.
    let bare: String

    func columns(of record: AvroRecord) -> [AlertColumn] {
        var columns: [AlertColumn] = []
        var names: Set<String> = []
        add(record, path: "", depth: 0, to: &columns, names: &names)
        return columns
    }

    private func add(
        _ record: AvroRecord, path: String, depth: Int, to columns: inout [AlertColumn], names: inout Set<String>
    ) {
        for field in record.fields {
            let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            guard !leftOut.contains(fieldPath) else { continue }
            if let nested = field.type.record, depth < Self.deepest {
                add(nested, path: fieldPath, depth: depth + 1, to: &columns, names: &names)
            } else {
                let name = path.isEmpty || path == bare ? field.name : fieldPath.replacing(".", with: "_")
                // SQLite's names are blind to case, and a schema may name a field twice: the first one counts.
                guard names.count < Self.most, names.insert(name.lowercased()).inserted else { continue }
                columns.append(
                    AlertColumn(
                        name: name, path: fieldPath, kind: AlertColumn.Kind(field.type),
                        type: field.type.nullable?.value ?? field.type))
            }
        }
    }
}
