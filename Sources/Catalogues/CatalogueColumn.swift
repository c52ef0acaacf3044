/// A column of a catalogue.
package struct CatalogueColumn: Codable, Hashable, Sendable {
    /// What values it holds.
    package enum Kind: String, Codable, Sendable { case integer, real, text }

    /// Its name: of letters, digits and `_`.
    package let name: String
    /// What values it holds.
    package let kind: Kind
    /// Its name in the original table, if filters and messages cannot have that name.
    package let original: String?

    /// A column.
    package init(name: String, kind: Kind, original: String? = nil) {
        (self.name, self.kind, self.original) = (name, kind, original)
    }
}

/// A value of a source in a catalogue.
package enum CatalogueValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    /// As a number, also where it is one written as text; `nil` for others.
    package var number: Double? {
        switch self {
        case .null: nil
        case .integer(let number): Double(number)
        case .real(let number): number
        case .text(let text): Double(text)
        }
    }
}

/// What stands before the sources of a catalogue's file, and how they lie.
struct CatalogueHeader: Codable {
    var name: String
    /// As the table names them.
    var columns: [CatalogueColumn]
    var sources: Int
    /// Arcsec: how near a source is a match where nobody says otherwise.
    var radius: Double
    /// Julian year of the positions, where the catalogue has proper motions.
    var epoch: Double?
    /// The columns of the proper motions among ``columns``, mas/yr; that of right ascension has the factor cos(dec).
    var motion: Motion?
    /// The fastest of them, mas/yr.
    var fastest = 0.0
    /// HEALPix order of the coverage; `nil` where the whole sky is covered.
    var coverageOrder: Int?
    /// Bytes of the file up to the zones, the positions, the values, the coverage and the texts.
    var zones = 0, positions = 0, values = 0, coverage = 0, texts = 0, end = 0

    struct Motion: Codable {
        let ra, dec: Int
    }

    /// Zones of declination: 72 arcsec each.
    static let zoneCount = 9_000

    static func zone(of dec: Double) -> Int {
        min(zoneCount - 1, max(0, Int((dec + 90) / 180 * Double(zoneCount))))
    }

    static let magic = Array("nightjar catalogue 1\n".utf8)
}
