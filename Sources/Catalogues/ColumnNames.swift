internal import Foundation

/// The names under which filters and messages have the columns of a table: letters, digits and `_`, as SQL and Avro take them.
///
/// A catalogue's file keeps the table's names, and those that others cannot have are changed where it is opened; so the same
/// table has the same names however old its file is.
enum ColumnNames {
    /// A column's name in messages is the catalogue's and its own; a database takes 300 letters.
    private static let longest = 128
    /// What a match has beside the columns.
    private static let own: Set = ["distance", "matches"]

    /// The columns with sound names, of which no two differ in case alone.
    static func sound(_ columns: [CatalogueColumn]) -> [CatalogueColumn] {
        var taken = own
        let isKept = columns.map { column in
            isSound(column.name) && taken.insert(column.name.lowercased()).inserted
        }
        return zip(columns, isKept).map { column, isKept in
            guard !isKept else { return column }
            let base = sound(column.name)
            var (name, number) = (base, 1)
            while !taken.insert(name.lowercased()).inserted {
                number += 1
                name = "\(base)_\(number)"
            }
            return CatalogueColumn(name: name, kind: column.kind, original: column.name)
        }
    }

    private static func isSound(_ name: String) -> Bool {
        name.utf8.count <= longest && name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
    }

    /// A name with `_` for all that it cannot have; letters lose their accents.
    private static func sound(_ name: String) -> String {
        let plain = name.folding(options: .diacriticInsensitive, locale: nil)
        let words = plain.utf8.split { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                false
            default: true
            }
        }
        let joined = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "_").prefix(longest)
        guard let first = joined.first else { return "column" }
        return first.isNumber ? "_\(joined)" : String(joined)
    }
}
