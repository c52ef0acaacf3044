/// A catalogue that filters may ask whether or not it is there: its name, and the columns that they may count on.
///
/// Where it is not there it has no sources and covers no sky. Where one of the name lacks a column, the column is null.
package struct StandardCatalogue: Sendable {
    /// What filters call it.
    package let name: String
    /// Its columns.
    package let columns: [CatalogueColumn]

    private init(_ name: String, integers: [String] = [], reals: [String] = [], texts: [String] = []) {
        self.name = name
        columns =
            integers.map { CatalogueColumn(name: $0, kind: .integer) }
            + reals.map { CatalogueColumn(name: $0, kind: .real) }
            + texts.map { CatalogueColumn(name: $0, kind: .text) }
    }

    /// Those that filters of Nightjar's ask; docs/catalogues.md says how they are had.
    package static let all = [
        StandardCatalogue(
            "gaia", integers: ["source_id"],
            reals: ["parallax", "parallax_error", "pmra", "pmra_error", "pmdec", "pmdec_error", "phot_g_mean_mag"]),
        StandardCatalogue("gaia_bright", integers: ["source_id"], reals: ["phot_g_mean_mag"]),
        StandardCatalogue("gcvs", texts: ["VarType"]),
        StandardCatalogue("lspsc", reals: ["score"]),
        StandardCatalogue(
            "mangrove", reals: ["distance_mpc", "angular_distance_mpc", "stellar_mass"],
            texts: ["hyperleda", "twomass"]),
        StandardCatalogue("ps1", integers: ["objid"], reals: ["ps_score"]),
        StandardCatalogue("vsx", texts: ["VType"]),
        StandardCatalogue("watch_list", texts: ["name"]),
    ]
}
