package import Alerts
internal import Catalogues
package import Filters

/// Finds the host galaxy of each alert. Filters see it in the table `host`.
package struct HostStage: Stage {
    /// The host of an alert.
    package struct Output: StageOutput {
        fileprivate let host: HostFinder.Host
        fileprivate let catalogue: String

        /// Its name, how far it is, and its redshift.
        package var values: [ProductValue] {
            let galaxy = host.galaxy
            return [ProductValue(host.name)]
                + [galaxy.separation, galaxy.projected, galaxy.redshift].map { ProductValue($0) }
        }

        /// Counts the alerts with a host in the catalogue.
        package func count(in tallies: inout Tallies) { tallies[.hosts, catalogue] += 1 }
    }

    /// The table of filters.
    package static let table = ComputedTable("host", columns.map { ComputedTable.Column($0.name, $0.kind.ofFilters) })

    private static let columns =
        [ProductColumn("host_name", .text)]
        + ["host_separation", "host_projected", "host_redshift"].map { ProductColumn($0, .real) }

    private let finder: HostFinder?

    /// A stage with the finder of hosts; without one all columns are null, for what needs their names alone.
    package init(_ finder: HostFinder?) { self.finder = finder }

    /// Its name, the separation in arcsec, the projected distance in kpc, and the redshift.
    package func columns(of survey: Survey) -> [ProductColumn] { Self.columns }

    /// ``table``.
    package func table(of survey: Survey) -> ComputedTable? { Self.table }

    /// The host of an alert.
    package func run(_ alert: ProcessedAlert) -> Output? {
        let detection = alert.decoded.alert.detection
        guard let finder, let ra = detection.ra, let dec = detection.dec else { return nil }
        return finder.host(ra: ra, dec: dec).map { Output(host: $0, catalogue: finder.name) }
    }
}

extension Tallies.Group {
    /// Stored alerts with a host in each catalogue.
    package static let hosts = Tallies.Group("hosts")
}
