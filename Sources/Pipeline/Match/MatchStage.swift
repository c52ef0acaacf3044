package import Alerts
package import Catalogues
internal import Sky

/// Matches alerts with catalogues: for each catalogue the nearest source within its radius, and how many there are.
///
/// The columns of a catalogue `NAME` are `NAME_matches`, `NAME_distance` (arcsec) and `NAME_<column>` for each of its own.
package struct MatchStage: Stage {
    /// The nearest sources of an alert.
    package struct Output: StageOutput {
        /// The values of all catalogues' columns.
        package let values: [ProductValue]
        fileprivate let matched: [String]

        /// Counts the catalogues that have a source there.
        package func count(in tallies: inout Tallies) { for name in matched { tallies[.matched, name] += 1 } }
    }

    private let catalogues: [Catalogue]
    private let columns: [ProductColumn]

    /// A stage over catalogues.
    package init(_ catalogues: [Catalogue]) {
        self.catalogues = catalogues
        columns = catalogues.flatMap { catalogue in
            [
                ProductColumn("\(catalogue.name)_matches", .integer),
                ProductColumn("\(catalogue.name)_distance", .real),
            ] + catalogue.columns.map { ProductColumn("\(catalogue.name)_\($0.name)", $0.kind.ofProducts) }
        }
    }

    /// The columns of all catalogues.
    package func columns(of survey: Survey) -> [ProductColumn] { columns }

    /// The matches of an alert. Where a catalogue does not cover its position, all of the catalogue's columns are null.
    package func run(_ alert: ProcessedAlert) -> Output? {
        let detection = alert.decoded.alert.detection
        guard let ra = detection.ra, let dec = detection.dec else { return nil }
        let (position, year) = (SkyPosition(ra: ra, dec: dec), detection.epoch.julianYear)
        var values: [ProductValue] = []
        values.reserveCapacity(columns.count)
        var matched: [String] = []
        for catalogue in catalogues {
            let matches = catalogue.matches(position, year: year)
            if matches.isEmpty, !catalogue.covers(position) {
                values += [ProductValue](repeating: .null, count: 2 + catalogue.columns.count)
                continue
            }
            values.append(.integer(Int64(matches.count)))
            guard let nearest = matches.first else {
                values += [ProductValue](repeating: .null, count: 1 + catalogue.columns.count)
                continue
            }
            matched.append(catalogue.name)
            values.append(.real(nearest.distance))
            for column in catalogue.columns.indices {
                values.append(ProductValue(catalogue.value(nearest.source, column)))
            }
        }
        return Output(values: values, matched: matched)
    }
}

extension Tallies.Group {
    /// Stored alerts with a source of each catalogue.
    package static let matched = Tallies.Group("matched")
}

extension ProductValue {
    fileprivate init(_ value: CatalogueValue) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let text): self = .text(text)
        }
    }
}

extension CatalogueColumn.Kind {
    fileprivate var ofProducts: ProductColumn.Kind {
        switch self {
        case .integer: .integer
        case .real: .real
        case .text: .text
        }
    }
}
