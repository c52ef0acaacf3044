package import Catalogues
internal import Sky

/// Finds the host galaxy of an alert in a catalogue: the nearest by separation in units of its size, where the catalogue has sizes,
/// else by projected distance.
package struct HostFinder: Sendable {
    /// How far a host may be from its supernova, in units of its size: Sullivan et al. 2006, ApJ 648, 868.
    package static let mostSizes = 5.0
    /// The same as projected distance, kpc.
    package static let mostProjected = 30.0

    /// The catalogue's name.
    package let name: String
    private let catalogue: Catalogue
    private let search: HostSearch
    private let order: HostSearch.Order
    /// Columns that name a galaxy, the first choice first.
    private let names: [Int]

    /// A galaxy that may be a host.
    package struct Host: Sendable {
        /// Its name in the catalogue; `nil` where that has none.
        package let name: String?
        /// Where it is, and how far.
        package let galaxy: HostSearch.Host
    }

    /// A finder in a catalogue of galaxies, whose columns have usual names.
    ///
    /// - Throws: ``Catalogues/CatalogueError`` for a catalogue without redshifts and without distances.
    package init(_ catalogue: Catalogue) throws(CatalogueError) {
        let columns = HostSearch.Columns(usualOf: catalogue)
        guard columns.redshift != nil || columns.distance != nil else {
            throw CatalogueError(
                "catalogue \(catalogue.name)",
                "it has no hosts: a column redshift, z or zspec, or else distance_mpc or lum_dist, is missing")
        }
        (name, self.catalogue) = (catalogue.name, catalogue)
        search = try HostSearch(catalogue, columns)
        order = columns.size == nil ? .projected : .sizes
        names = ["name", "hyperleda", "twomass", "objname", "objid", "id", "source_id"].compactMap { name in
            catalogue.columns.firstIndex { $0.name.lowercased() == name }
        }
    }

    /// The host of a position; `nil` where no galaxy is near enough.
    ///
    /// - Parameters:
    ///   - ra: Right ascension, degrees, ICRS.
    ///   - dec: Declination, degrees.
    ///   - isHost: Which galaxies are looked at.
    /// - Returns: The nearest.
    package func host(ra: Double, dec: Double, where isHost: (HostSearch.Host) -> Bool = { _ in true }) -> Host? {
        let limit = order == .projected ? Self.mostProjected : Self.mostSizes
        let found = search.hosts(of: SkyPosition(ra: ra, dec: dec), by: order, within: limit, atMost: .max)
        return found.first(where: isHost).map { galaxy in
            Host(name: names.lazy.compactMap { text(galaxy.source, $0) }.first, galaxy: galaxy)
        }
    }

    private func text(_ source: Int, _ column: Int) -> String? {
        switch catalogue.value(source, column) {
        case .null, .text(""): nil
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number): String(number)
        }
    }
}
