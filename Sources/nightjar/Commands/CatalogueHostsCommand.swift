internal import Catalogues
internal import Configuration
internal import Foundation
internal import Query
internal import Sky

/// `nightjar catalogue hosts NAME RA DEC`
struct CatalogueHostsCommand: Command {
    static let name = "catalogue hosts"
    static let summary = "the galaxies of a catalogue to which a position may belong, nearest first"
    static let details = """
        Nearest by the projected distance, in kpc at the galaxy's redshift, or with --by sizes in units of the galaxy's size. A galaxy \
        without a redshift has that of its luminosity distance (H0 = 70 km/s/Mpc, Omega_m = 0.3). Columns of usual names are found: redshift, \
        z or zspec; distance_mpc or lum_dist; size_arcsec. Galaxies farther than a degree from the position are not looked at.
        """
    static let operands = CatalogueOptions.place
    static let options: [any DeclaredOption] =
        [CatalogueOptions.folder, by, within, most, redshift, distance, size] + OutputFormat.options
    static let examples = [
        "nightjar catalogue hosts mangrove 184.740 47.304",
        "nightjar catalogue hosts galaxies 184.740 47.304 --by sizes --size-column petro_r50 --most 1 --format csv",
    ]

    private static let by = Option<HostSearch.Order>(
        OptionDeclaration(
            name: "by", valueName: "ORDER", help: "projected (kpc) or sizes; without it projected", kind: .text)
    ) { (text) throws(UsageError) in
        guard let order = HostSearch.Order(rawValue: text) else { throw UsageError("not projected or sizes") }
        return order
    }
    private static let within = CatalogueOptions.number(
        "within", "N", "how far a galaxy may be; without it 100 kpc, or 5 sizes", in: 0.001...1e6)
    private static let most = Option<Int>.number("most", "N", "galaxies at most", in: 1...10_000, standard: 5)
    private static let redshift = Option<String>.text("redshift-column", "COLUMN", "redshifts")
    private static let distance = Option<String>.text("distance-column", "COLUMN", "luminosity distances, Mpc")
    private static let size = Option<String>.text("size-column", "COLUMN", "sizes, arcsec")

    private let catalogue: Catalogue
    private let position: SkyPosition
    private let search: HostSearch
    private let order: HostSearch.Order
    private let limit: Double
    private let most: Int
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        (catalogue, position) = try CatalogueOptions.place(arguments)
        var columns = HostSearch.Columns(usualOf: catalogue)
        if let name = try arguments.value(Self.redshift) { columns.redshift = name }
        if let name = try arguments.value(Self.distance) { columns.distance = name }
        if let name = try arguments.value(Self.size) { columns.size = name }
        do throws(CatalogueError) { search = try HostSearch(catalogue, columns) } catch { throw UsageError("\(error)") }
        order = try arguments.value(Self.by) ?? .projected
        limit = try arguments.value(Self.within) ?? (order == .projected ? 100 : 5)
        most = try arguments.required(Self.most)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let names = ["separation", "projected_kpc", "sizes", "host_redshift"] + catalogue.columns.map(\.name)
        var output = RowOutput(columns: names, format: format)
        for host in search.hosts(of: position, by: order, within: limit, atMost: most) {
            let own = [host.separation, host.projected, host.sizes, host.redshift].map { number in
                number.map { CatalogueValue.real(($0 * 1e6).rounded() / 1e6) } ?? .null
            }
            let row = (own + catalogue.columns.indices.map { catalogue.value(host.source, $0) }).map {
                CutValues.value($0)
            }
            let json = try CutValues.json(row, of: names)
            try output.print(row.map { $0.text ?? "" }, json: json)
        }
        if !catalogue.covers(position) { Terminal.info("\(catalogue.name) does not cover this position") }
        try output.finish()
        return .done
    }
}
