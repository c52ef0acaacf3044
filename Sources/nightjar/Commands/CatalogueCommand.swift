internal import Catalogues
internal import Configuration
internal import Filters
internal import Foundation
internal import Pipeline
internal import Query
internal import Sky

/// The folder of catalogues.
enum CatalogueOptions {
    static let folder = Option<String>.text(
        "catalogues", "DIR", "catalogues that filters ask, as 'nightjar catalogue add' makes them", key: "catalogues",
        standard: "catalogues")

    static let radius = number(
        "radius", "ARCSEC", "how near a source is a match; without it 2, or the catalogue's own", in: 0.01...36_000)

    /// An option of a number within bounds.
    static func number(
        _ name: String, _ valueName: String, _ help: String, in range: ClosedRange<Double>
    ) -> Option<Double> {
        Option(OptionDeclaration(name: name, valueName: valueName, help: help, kind: .text)) {
            (text) throws(UsageError) in
            guard let number = Double(text), range.contains(number) else {
                throw UsageError("not a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    /// A catalogue and a position.
    static let place = [
        Operand("NAME", "the catalogue"), Operand("RA", "right ascension, degrees"),
        Operand("DEC", "declination, degrees"),
    ]

    /// The catalogue and the position that the operands name.
    static func place(_ arguments: Arguments) throws -> (Catalogue, SkyPosition) {
        let name = arguments.operands[0]
        let all = try all(arguments)
        guard let catalogue = all.first(where: { $0.name == name }) else {
            throw UsageError("there is no catalogue '\(name)'; there are: \(all.map(\.name).joined(separator: ", "))")
        }
        guard let ra = Double(arguments.operands[1]), let dec = Double(arguments.operands[2]), ra.isFinite,
            abs(dec) <= 90
        else { throw UsageError("RA and DEC are degrees") }
        return (catalogue, SkyPosition(ra: ra, dec: dec))
    }

    /// The catalogues of the folder. Where none is named the usual one may be missing.
    static func all(_ arguments: Arguments) throws -> [Catalogue] {
        let path = try arguments.required(folder)
        guard arguments.origin(of: folder) != nil || FileManager.default.fileExists(atPath: path) else { return [] }
        return try CatalogueFolder.all(in: path)
    }

    /// Catalogues for filters to ask.
    ///
    /// - Throws: ``FileError`` for one whose name is no table's.
    static func askable(_ catalogues: [Catalogue]) throws(FileError) -> [Catalogue] {
        for catalogue in catalogues {
            guard let fault = FilterTables.fault(inNameOfCatalogue: catalogue.name) else { continue }
            throw FileError(path: catalogue.path, detail: "\(fault): add the catalogue under another name")
        }
        return catalogues
    }
}

/// `nightjar catalogue add NAME FILE`
struct CatalogueAddCommand: Command {
    static let name = "catalogue add"
    static let summary = "makes a catalogue of sources, that filters match alerts with, of a table of any length"
    static let details = """
        The table is CSV, ECSV or has tabs, or is a VOTable, each gzip or not; or it is the first table of a FITS file, binary or ASCII. \
        Positions are in degrees (ICRS). scripts/parquet-to-table makes a table of Parquet files. The same NAME replaces a catalogue. Filters \
        read it as a table NAME with the sources within the radius of the alert, nearest first: distance in arcsec, and the table's columns. \
        With --pmra, --pmdec and --epoch sources are moved to the time of the alert. covers('NAME') is true where the catalogue has sources \
        around, and everywhere with --all-sky.
        """
    static let operands = [
        Operand("NAME", "what filters call it: a small letter, then at most 30 of a-z, 0-9 and _"),
        Operand("FILE", "the table"),
    ]
    static let options: [any DeclaredOption] = [
        CatalogueOptions.folder, ra, dec, CatalogueOptions.radius, columns, pmra, pmdec, epoch, allSky,
    ]
    static let examples = [
        "nightjar catalogue add vsx vsx.csv --ra RAJ2000 --dec DEJ2000 --radius 3",
        "nightjar catalogue add gaia gaia.fits --pmra pmra --pmdec pmdec --epoch 2016 --columns source_id,parallax,pmra,pmdec",
    ]

    private static let ra = Option<String>.text("ra", "COLUMN", "right ascension, degrees", standard: "ra")
    private static let dec = Option<String>.text("dec", "COLUMN", "declination, degrees", standard: "dec")
    private static let columns = Option<String>.text("columns", "A,B,...", "the columns that are kept; without it all")
    private static let pmra = Option<String>.text(
        "pmra", "COLUMN", "proper motion in right ascension, mas/yr, with the factor cos(dec)")
    private static let pmdec = Option<String>.text("pmdec", "COLUMN", "proper motion in declination, mas/yr")
    private static let epoch = CatalogueOptions.number("epoch", "YEAR", "Julian year of the positions", in: 1800...2200)
    private static let allSky = Flag("all-sky", "the catalogue has all of the sky, however few its sources")

    private let name, table, folder: String
    private var options = CatalogueBuilder.Options()

    init(_ arguments: Arguments) throws {
        (name, table) = (arguments.operands[0], arguments.operands[1])
        folder = try arguments.required(CatalogueOptions.folder)
        guard Catalogue.isName(name) else {
            throw UsageError("\(name): a name is a small letter, then at most 30 of a-z, 0-9 and _")
        }
        if let fault = FilterTables.fault(inNameOfCatalogue: name) { throw UsageError("\(fault): choose another name") }
        options.ra = try arguments.required(Self.ra)
        options.dec = try arguments.required(Self.dec)
        if let radius = try arguments.value(CatalogueOptions.radius) { options.radius = radius }
        options.columns = try arguments.value(Self.columns)?.split(separator: ",").map { String($0) }
        options.epoch = try arguments.value(Self.epoch)
        let (pmra, pmdec) = (try arguments.value(Self.pmra), try arguments.value(Self.pmdec))
        guard (pmra == nil) == (pmdec == nil) else { throw UsageError("--pmra and --pmdec go together") }
        if let pmra, let pmdec { options.motion = (pmra, pmdec) }
        options.isOfAllSky = arguments.isOn(Self.allSky)
    }

    func run() throws -> ExitStatus {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch let
            error
            as CocoaError
        { throw FileError(path: folder, detail: error.plain) }
        let began = ContinuousClock.now
        let path = CatalogueFolder.file(name, in: folder)
        let made = try CatalogueBuilder.build(name, from: table, to: path, options)
        let left = made.skipped > 0 ? "; \(ReportText.grouped(made.skipped)) rows without a position were left out" : ""
        try Terminal.say(
            "\(path): \(ReportText.grouped(made.sources)) sources, in "
                + String(format: "%.1f", (ContinuousClock.now - began) / .seconds(1)) + " s\(left)")
        if !made.leftOut.isEmpty {
            Terminal.info("columns with several values a row, left out: \(made.leftOut.joined(separator: ", "))")
        }
        let renamed = try Catalogue(path: path).columns.compactMap { column in
            column.original.map { "'\($0)' is \(column.name)" }
        }
        if !renamed.isEmpty {
            Terminal.info("columns that have another name for filters and messages: \(renamed.joined(separator: ", "))")
        }
        return .done
    }
}

/// `nightjar catalogue list`
struct CatalogueListCommand: Command {
    static let name = "catalogue list"
    static let summary = "the catalogues that filters can ask, with their columns"
    static let options: [any DeclaredOption] = [CatalogueOptions.folder]
    static let examples = [
        "nightjar catalogue list --catalogues catalogues",
        "nightjar catalogue list --catalogues /var/lib/nightjar/catalogues",
    ]

    private let catalogues: [Catalogue]

    init(_ arguments: Arguments) throws { catalogues = try CatalogueOptions.all(arguments) }

    func run() throws -> ExitStatus {
        if catalogues.isEmpty { Terminal.info("no catalogues; 'nightjar catalogue add' makes them") }
        for catalogue in catalogues {
            let motion = catalogue.hasMotion ? ", with proper motions" : ""
            try Terminal.say(
                "\(catalogue.name): \(ReportText.grouped(catalogue.count)) sources, matches within \(catalogue.radius) arcsec\(motion)"
            )
            let columns = catalogue.columns.map { column in
                "\(column.name) \(column.kind.rawValue)" + (column.original.map { " ('\($0)')" } ?? "")
            }
            try Terminal.say("  " + columns.joined(separator: ", "))
        }
        return .done
    }
}

/// `nightjar catalogue match NAME RA DEC`
struct CatalogueMatchCommand: Command {
    static let name = "catalogue match"
    static let summary = "the sources of a catalogue around a position, nearest first"
    static let operands = CatalogueOptions.place
    static let options: [any DeclaredOption] =
        [CatalogueOptions.folder, CatalogueOptions.radius] + OutputFormat.options
    static let examples = [
        "nightjar catalogue match vsx 291.366 42.784",
        "nightjar catalogue match vsx 291.366 42.784 --radius 600 --format csv",
    ]

    private let catalogue: Catalogue
    private let position: SkyPosition
    private let radius: Double?
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        (catalogue, position) = try CatalogueOptions.place(arguments)
        radius = try arguments.value(CatalogueOptions.radius)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let names = ["distance"] + catalogue.columns.map(\.name)
        var output = RowOutput(columns: names, format: format)
        for match in catalogue.matches(position, within: radius) {
            let row =
                [.real((match.distance * 1e6).rounded() / 1e6)]
                + catalogue.columns.indices.map { CutValues.value(catalogue.value(match.source, $0)) }
            let json = try CutValues.json(row, of: names)
            try output.print(row.map { $0.text ?? "" }, json: json)
        }
        if !catalogue.covers(position) { Terminal.info("\(catalogue.name) does not cover this position") }
        try output.finish()
        return .done
    }
}
