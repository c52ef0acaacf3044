internal import Catalogues
internal import Alerts
internal import SQLite
internal import Sky

/// The sources of a catalogue around an alert, nearest first, looked up when a filter asks for them.
final class CatalogueRows {
    let name: String
    /// `nil` for a standard catalogue that is not there, and so has no sources.
    private let catalogue: Catalogue?
    private let columns: [CatalogueColumn]
    private var position: SkyPosition?
    private var year = 0.0
    private var matches: [Catalogue.Match]?

    private init(_ name: String, _ catalogue: Catalogue?, _ columns: [CatalogueColumn]) {
        (self.name, self.catalogue, self.columns) = (name, catalogue, columns)
    }

    /// Those of the catalogues that are there, and of the standard ones that are not.
    static func all(_ catalogues: [Catalogue]) -> [CatalogueRows] {
        let standard = Dictionary(
            uniqueKeysWithValues: StandardCatalogue.all.map { ($0.name, $0.columns) })
        let names = Set(catalogues.map(\.name))
        return catalogues.map { catalogue in
            let own = Set(catalogue.columns.map { $0.name.lowercased() })
            let others = (standard[catalogue.name] ?? []).filter { !own.contains($0.name.lowercased()) }
            return CatalogueRows(catalogue.name, catalogue, catalogue.columns + others)
        }
            + StandardCatalogue.all.filter { !names.contains($0.name) }.map {
                CatalogueRows($0.name, nil, $0.columns)
            }
    }

    /// Whether there is such a catalogue.
    var isThere: Bool { catalogue != nil }

    /// Its table: the distance in arcsec, then the catalogue's columns.
    func table(_ note: @escaping (Int?) -> Void) -> RowTable {
        RowTable(name: name, columns: [("distance", .real)] + columns.map { ($0.name, $0.kind.ofRows) }) { [self] in
            note(nil)
            return found().count
        } read: { [self] row, column, result in
            note(column)
            let match = found()[row]
            guard column > 0 else { return result.set(match.distance) }
            guard let catalogue, column <= catalogue.columns.count else { return }
            switch catalogue.value(match.source, column - 1) {
            case .null: break
            case .integer(let number): result.set(number)
            case .real(let number): result.set(number)
            case .text(let text): result.set(text)
            }
        }
    }

    func see(_ alert: Alert) {
        matches = nil
        position = alert.detection.ra.flatMap { ra in alert.detection.dec.map { SkyPosition(ra: ra, dec: $0) } }
        year = alert.detection.epoch.julianYear
    }

    func forget() { (position, matches) = (nil, nil) }

    /// Whether the catalogue has the sky around the alert.
    var covers: Bool { position.map { catalogue?.covers($0) ?? false } ?? false }

    private func found() -> [Catalogue.Match] {
        if let matches { return matches }
        let found = position.flatMap { catalogue?.matches($0, year: year) } ?? []
        matches = found
        return found
    }
}

extension CatalogueColumn.Kind {
    /// What values the column has for a filter.
    fileprivate var ofRows: RowTable.Kind {
        switch self {
        case .integer: .integer
        case .real: .real
        case .text: .text
        }
    }
}
