internal import Alerts
internal import Catalogues
internal import Pipeline
internal import Salt2

/// The catalogues of a run, and the one of them in which hosts are looked for.
struct HostOptions: Sendable {
    /// Without a folder a run matches nothing.
    private static let folder = Option<String>.text(
        "catalogues", "DIR",
        "catalogues that alerts are matched with, filters ask and hosts are of, as 'nightjar catalogue add' makes them",
        key: "catalogues")
    private static let hosts = Option<String>.text(
        "hosts", "CATALOGUE",
        "the catalogue of galaxies, with redshifts or distances, in which each alert's host is looked for", key: "hosts"
    )
    private static let fitHostPrior = Flag(
        "fit-host-prior", "where the redshift is not known, fits take the host's as a prior", key: "fitHostPrior")

    static let all: [any DeclaredOption] = ofColumns + [fitHostPrior]
    /// Those that say which columns alerts' rows have.
    static let ofColumns: [any DeclaredOption] = [folder, hosts]

    private let folder, hosts: String?
    private let isPrior: Bool
    /// Whether hosts are looked for.
    var isNamed: Bool { hosts != nil }

    /// - Parameter arguments: The values of ``all``, or of a part of them.
    /// - Throws: ``UsageError`` for options that need others.
    init(_ arguments: Arguments) throws(UsageError) {
        folder = try arguments.value(Self.folder)
        hosts = try arguments.value(Self.hosts)
        isPrior = arguments.isOn(Self.fitHostPrior)
        guard hosts == nil || folder != nil else {
            throw UsageError("--hosts names one of the catalogues of --catalogues DIR, and no folder is named")
        }
        guard !isPrior || hosts != nil else {
            throw UsageError("--fit-host-prior is for the hosts of --hosts CATALOGUE, and none is named")
        }
    }

    /// The catalogues of the folder.
    ///
    /// - Throws: What is wrong with the folder, or with a catalogue.
    func catalogues() throws -> [Catalogue] {
        guard let folder else { return [] }
        return try CatalogueOptions.askable(CatalogueFolder.all(in: folder))
    }

    /// What finds hosts; `nil` where no catalogue is named for it.
    ///
    /// - Throws: ``UsageError`` for a catalogue that is not there, or has no galaxies' distances.
    func finder() throws(UsageError) -> HostFinder? {
        guard let hosts else { return nil }
        let all: [Catalogue]
        do { all = try catalogues() } catch { throw UsageError("\(error)") }
        guard let catalogue = all.first(where: { $0.name == hosts }) else {
            throw UsageError(
                "--hosts: there is no catalogue '\(hosts)'; there are: \(all.map(\.name).joined(separator: ", "))")
        }
        do { return try HostFinder(catalogue) } catch { throw UsageError("--hosts: \(error)") }
    }

    /// What fits are told of a redshift that is not known; `nil` where they are told nothing.
    ///
    /// - Throws: As ``finder()`` does.
    func prior() throws(UsageError) -> (@Sendable (Alert) -> RedshiftPrior?)? {
        guard isPrior, let finder = try finder() else { return nil }
        return { finder.redshift(of: $0) }
    }
}
