import Catalogues
import Sky
import TestSupport
import Testing

/// Galaxies near a position. Expected: astropy 8.0.2, `FlatLambdaCDM(70, 0.3, Tcmb0=0)` and `SkyCoord.separation`.
@Suite struct HostSearchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func catalogue(_ text: String) throws -> Catalogue {
        try folder.write(Array(text.utf8), to: "galaxies.csv")
        let path = CatalogueFolder.file("galaxies", in: folder.path)
        _ = try CatalogueBuilder.build("galaxies", from: folder.file("galaxies.csv"), to: path, .init())
        return try Catalogue(path: path)
    }

    private let position = SkyPosition(ra: 150, dec: 2)
    private static let redshifts =
        "name,ra,dec,z,a\none,150.01,2,0.023,10\ntwo,150,2.05,0.001,90\nfar,150.001,2.001,0.5,1\nnone,150.02,2.01,,\n"

    @Test("galaxies come by their projected distance") func projected() throws {
        let catalogue = try catalogue(Self.redshifts)
        let hosts = try HostSearch(catalogue, .init(usualOf: catalogue)).hosts(
            of: position, by: .projected, within: 100, atMost: 10)
        #expect(hosts.map { catalogue.value($0.source, 0) } == [.text("two"), .text("one"), .text("far")])
        for (host, kpc) in zip(hosts, [3.7328299755518732, 16.707956234482925, 31.068092194494493]) {
            #expect(abs(try #require(host.projected) - kpc) < 1e-9 * kpc)
        }
        #expect(
            abs(hosts[1].separation - 35.9780697725991) < 1e-9 && hosts[1].redshift == 0.023 && hosts[1].sizes == nil)
    }

    @Test("and by separation in units of their size, within a limit, and not more than are asked") func sizes() throws {
        let catalogue = try catalogue(Self.redshifts)
        let search = try HostSearch(catalogue, .init(redshift: "z", size: "a"))
        func names(_ limit: Double, _ most: Int) -> [CatalogueValue] {
            search.hosts(of: position, by: .sizes, within: limit, atMost: most).map { catalogue.value($0.source, 0) }
        }
        #expect(names(10, 10) == [.text("two"), .text("one"), .text("far")])
        #expect(names(4, 10) == [.text("two"), .text("one")] && names(10, 1) == [.text("two")] && names(1, 3).isEmpty)
        let first = try #require(search.hosts(of: position, by: .sizes, within: 10, atMost: 1).first)
        #expect(abs(try #require(first.sizes) - 2) < 1e-9)
    }

    @Test(
        "a luminosity distance gives the redshift",
        arguments: [
            (0.8566826358493583, 0.0002), (100.24480373610831, 0.023), (230.12815799442745, 0.0517),
            (2832.9380939001253, 0.5), (25422.741745189862, 3),
        ]) func distance(mpc: Double, z: Double) throws
    {
        let catalogue = try catalogue("name,ra,dec,distance_mpc\none,150.001,2,\(mpc)\nno,150,2,-1\n")
        let hosts = try HostSearch(catalogue, .init(usualOf: catalogue)).hosts(
            of: position, by: .projected, within: 1e6, atMost: 5)
        #expect(hosts.count == 1)
        #expect(abs(try #require(hosts.first?.redshift) - z) < 2e-9 * z)
    }

    @Test("a catalogue without what is needed says so") func mistakes() throws {
        let catalogue = try catalogue("name,ra,dec\none,150,2\n")
        #expect(throws: CatalogueError.self) { try HostSearch(catalogue, .init(usualOf: catalogue)) }
        let error = #expect(throws: CatalogueError.self) { try HostSearch(catalogue, .init(redshift: "name")) }
        #expect(error?.reason == "it has no column of numbers 'name'")
    }
}
