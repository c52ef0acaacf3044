import Alerts
import Catalogues
import Filters
import Pipeline
import Salt2
import TestSupport
import Testing

/// Hosts of alerts in a catalogue. Expected: separations and projected distances as in HostSearchTests, the rest by hand.
@Suite struct HostTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func finder(_ text: String) throws -> HostFinder {
        try folder.write(Array(text.utf8), to: "galaxies.csv")
        let path = CatalogueFolder.file("galaxies", in: folder.path)
        _ = try CatalogueBuilder.build("galaxies", from: folder.file("galaxies.csv"), to: path, .init())
        return try HostFinder(Catalogue(path: path))
    }

    private static let galaxies = "name,ra,dec,z\none,150.01,2,0.023\n"

    private func alert(_ stages: [any Stage], ra: Double = 150) throws -> ProcessedAlert {
        var packet = SmallPacket(candid: 7)
        packet.ra = ra
        var pipeline = AlertPipeline(
            stages: StageList(stages), demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        return try #require(pipeline.decode(packet.container()[...], position: 0, member: nil).alerts.first)
    }

    private func number(_ value: ProductValue) -> Double {
        guard case .real(let number) = value else { return .nan }
        return number
    }

    @Test("the nearest by projected distance is in the alert's columns and attributes") func stage() throws {
        let stage = HostStage(try finder(Self.galaxies + "far,150.001,2.001,0.5\ntwo,150,2.05,0.001\n"))
        let alert = try alert([stage])
        #expect(alert.value(of: "host_name") == .text("two"))
        #expect(abs(number(alert.value(of: "host_separation")) - 180) < 1e-6)
        #expect(abs(number(alert.value(of: "host_projected")) - 3.7328299755518732) < 1e-9)
        #expect(alert.value(of: "host_redshift") == .real(0.001))
        #expect(Products(alert).attributes["host_name"] == "two")
        var tallies = Tallies()
        alert.count(in: &tallies)
        #expect(tallies[.hosts] == ["galaxies": 1])
        #expect(stage.table(of: .ztf)?.columns.map(\.name) == alert.columns.suffix(4).map(\.name))
    }

    @Test("where none is within 30 kpc, and without a finder, all is null") func none() throws {
        for stage in [HostStage(try finder("name,ra,dec,z\nfar,150.001,2.001,0.5\n")), HostStage(nil)] {
            let alert = try alert([stage])
            #expect(alert.values.suffix(4) == [.null, .null, .null, .null])
            var tallies = Tallies()
            alert.count(in: &tallies)
            #expect(tallies[.hosts].isEmpty)
        }
    }

    @Test("where the catalogue has sizes the nearest is by them, with or without a redshift") func sizes() throws {
        // 36 arcsec are 3.6 sizes of the first, and 3 of the second, which has no redshift; the third is 6 sizes away.
        let finder = try finder(
            "hyperleda,ra,dec,z,size_arcsec\n1,150.01,2,0.023,10\n2,150,2.01,,12\n3,150.0005,2,0.02,0.3\n")
        let host = try #require(finder.host(ra: 150, dec: 2))
        #expect(host.name == "2" && host.galaxy.redshift == nil && abs((host.galaxy.sizes ?? .nan) - 3) < 1e-6)
        #expect(try finder.redshift(of: alert([]).decoded.alert) == nil)
    }

    @Test("a catalogue without redshifts and distances has no hosts") func useless() {
        let error = #expect(throws: CatalogueError.self) {
            try finder("name,ra,dec,size_arcsec\none,150,2,10\n")
        }
        #expect(error?.reason.hasPrefix("it has no hosts") == true)
    }

    /// 300 km/s are 0.00100069 of light's speed.
    @Test("a measured redshift is taken as sharper than one of a distance") func prior() throws {
        let alert = try alert([]).decoded.alert
        let measured = try #require(try finder(Self.galaxies).redshift(of: alert))
        #expect(measured.mean == 0.023 && abs(measured.sigma - 0.001431053) < 1e-8)
        let far = try #require(
            try finder("name,ra,dec,distance_mpc\none,150.01,2,100.24480373610831\n").redshift(of: alert))
        #expect(abs(far.mean - 0.023) < 1e-9 && abs(far.sigma - 0.002508263) < 1e-8)
        #expect(try finder("name,ra,dec,z\nnear,150.01,2,0.0029\n").redshift(of: alert) == nil)
        // The nearest is too near: the one behind it counts.
        #expect(try finder(Self.galaxies + "two,150,2.05,0.001\n").redshift(of: alert) == measured)
        #expect(try finder("name,ra,dec,z\nbeyond,150.0001,2,0.25\n").redshift(of: alert) == nil)
        #expect(try finder("name,ra,dec,z\nelsewhere,151,2,0.023\n").redshift(of: alert) == nil)
    }
}
