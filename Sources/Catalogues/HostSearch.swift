package import Sky

/// Which galaxies of a catalogue a position may belong to: the nearest by projected distance, or by separation in units of their size.
package struct HostSearch: Sendable {
    /// A galaxy near a position.
    package struct Host: Hashable, Sendable {
        /// Its number in the catalogue.
        package let source: Int
        /// From the position, arcsec.
        package let separation: Double
        /// Its redshift: the catalogue's, or that of its luminosity distance where H0 = 70 km/s/Mpc and Omega_m = 0.3; `nil` where it
        /// has neither.
        package let redshift: Double?
        /// Whether that is of its luminosity distance, which is rougher.
        package let isRedshiftOfDistance: Bool
        /// The separation at the galaxy's distance, kpc; `nil` where it has none.
        package let projected: Double?
        /// The separation in units of the galaxy's size; `nil` where it has none.
        package let sizes: Double?
    }

    /// By what galaxies are ordered; those that lack it are not found.
    package enum Order: String, CaseIterable, Sendable {
        case projected, sizes
    }

    /// The columns of a catalogue that say how far galaxies are and how large.
    package struct Columns: Sendable {
        /// Redshift.
        package var redshift: String?
        /// Luminosity distance, Mpc; for galaxies without a redshift.
        package var distance: String?
        /// Half-light radius, half the diameter, or another size, arcsec.
        package var size: String?

        /// Columns of these names.
        package init(redshift: String? = nil, distance: String? = nil, size: String? = nil) {
            (self.redshift, self.distance, self.size) = (redshift, distance, size)
        }

        /// Those that a catalogue has under a usual name.
        package init(usualOf catalogue: Catalogue) {
            func first(_ names: String...) -> String? {
                names.first { name in catalogue.columns.contains { $0.name == name && $0.kind != .text } }
            }
            redshift = first("redshift", "z", "zspec")
            distance = first("distance_mpc", "lum_dist")
            size = first("size_arcsec")
        }
    }

    private let catalogue: Catalogue
    private let redshift, distance, size: Int?

    /// Galaxies farther apart from a position are not looked at: arcsec. A galaxy at 6 Mpc is 100 kpc wide there.
    package static let reach = 3_600.0

    /// A search in a catalogue.
    ///
    /// - Throws: ``CatalogueError`` for a catalogue without such columns of numbers.
    package init(_ catalogue: Catalogue, _ columns: Columns) throws(CatalogueError) {
        func place(_ name: String?) throws(CatalogueError) -> Int? {
            guard let name else { return nil }
            guard let place = catalogue.columns.firstIndex(where: { $0.name == name && $0.kind != .text }) else {
                throw CatalogueError("catalogue \(catalogue.name)", "it has no column of numbers '\(name)'")
            }
            return place
        }
        self.catalogue = catalogue
        (redshift, distance) = (try place(columns.redshift), try place(columns.distance))
        size = try place(columns.size)
        guard redshift != nil || distance != nil || size != nil else {
            throw CatalogueError(
                "catalogue \(catalogue.name)", "it has no redshift, distance or size that is known: name its column")
        }
    }

    /// The galaxies around a position, nearest first.
    ///
    /// - Parameters:
    ///   - position: Degrees, ICRS.
    ///   - order: By what they are ordered.
    ///   - limit: How far one may be, in kpc or in sizes.
    ///   - most: How many at most.
    /// - Returns: Those within the limit and within ``reach``.
    package func hosts(of position: SkyPosition, by order: Order, within limit: Double, atMost most: Int) -> [Host] {
        var found: [(by: Double, host: Host)] = []
        for match in catalogue.matches(position, within: Self.reach) {
            let host = host(match)
            let by = order == .projected ? host.projected : host.sizes
            if let by, by <= limit { found.append((by, host)) }
        }
        // Of equal ones that with the lower number.
        found.sort { ($0.by, $0.host.source) < ($1.by, $1.host.source) }
        return found.prefix(most).map(\.host)
    }

    private func host(_ match: Catalogue.Match) -> Host {
        let own = positive(redshift, match.source)
        let z = own ?? positive(distance, match.source).flatMap { FlatUniverse.redshift(luminosityDistance: $0) }
        let radians = match.distance / 3600 * .pi / 180
        return Host(
            source: match.source, separation: match.distance, redshift: z,
            isRedshiftOfDistance: own == nil && z != nil,
            projected: z.map { FlatUniverse.angularDistance($0) * 1000 * radians },
            sizes: positive(size, match.source).map { match.distance / $0 })
    }

    private func positive(_ column: Int?, _ source: Int) -> Double? {
        guard let number = column.flatMap({ catalogue.value(source, $0).number }), number > 0, number.isFinite else {
            return nil
        }
        return number
    }
}
