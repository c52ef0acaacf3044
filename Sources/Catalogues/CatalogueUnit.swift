/// A unit that a column must have, where the table names one.
enum CatalogueUnit: String {
    case degrees
    case motion = "mas/yr"

    /// How tables write it, without blanks and in small letters.
    private var spellings: Set<String> {
        switch self {
        case .degrees: ["deg", "degree", "degrees", "\u{b0}"]
        case .motion:
            ["mas/yr", "mas/year", "mas/a", "mas.yr**-1", "mas.yr-1", "masyr-1", "masyr**-1", "masyr^-1", "mas*yr**-1"]
        }
    }

    /// - Throws: ``CatalogueError`` for a column in another unit.
    func check(_ column: CatalogueTable.Column, _ path: String) throws(CatalogueError) {
        guard let unit = column.unit?.lowercased().filter({ $0 != " " }), !unit.isEmpty, !spellings.contains(unit)
        else {
            return
        }
        throw CatalogueError(path, "the column '\(column.name)' is in \(unit), and must be in \(rawValue)")
    }
}
