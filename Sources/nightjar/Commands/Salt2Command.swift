internal import Broker
internal import DataLayout
internal import Foundation
internal import Query
internal import Salt2
internal import Threads

/// `nightjar salt2 fit [FILE]`
struct Salt2FitCommand: LineCommand {
    static let name = "salt2 fit"
    static let summary = "fits light curves, a line of JSON each"
    static let details = """
        A light curve is {"id", "mjd": [...], "band": ["ztfg", ...], "flux": [...], "fluxerr": [...], "zp": [...]}; \
        "zp" is the fluxes' AB zero point, also one number for all. "z" fixes the redshift, "bounds": {"z": [lo, hi], ...} bounds it, "z_prior": [mean, sigma] says what is known of one that is free, "mwebv" and "dust" ("f99", "ccm89") give our galaxy's \
        dust, "modelcov": true uses the model's errors, "modelcov_at": [z, t0, x0, x1, c] those at these parameters. "model" names the \
        model; without it, and without --model, it is \(ModelLibrary.defaultModel), whatever the bands. Points of a band without a \
        bandpass are left out, and the answer names it in "unknown_bands". A line that cannot be used is answered with an "error" and the rest go on.
        """
    static let examples = [
        "nightjar salt2 fit curves.jsonl", "cat curves.jsonl | nightjar salt2 fit --model salt3-f22",
    ]

    let path: String
    let models: ModelOptions

    static func answer(to line: [UInt8], _ lines: Salt2Lines) -> [UInt8] { lines.fit(line) }
}

/// `nightjar salt2 flux [FILE]`
struct Salt2FluxCommand: LineCommand {
    static let name = "salt2 flux"
    static let summary = "the band fluxes of given parameters, a line of JSON each"
    static let examples = [
        "nightjar salt2 flux parameters.jsonl", "nightjar salt2 flux --models models < parameters.jsonl",
    ]

    let path: String
    let models: ModelOptions

    static func answer(to line: [UInt8], _ lines: Salt2Lines) -> [UInt8] { lines.flux(line) }
}

/// `nightjar salt2 refit --data DIR`
struct Salt2RefitCommand: Command {
    static let name = "salt2 refit"
    static let summary = "fits archived alerts again: those that came while the models were missing, or a night's"
    static let details = """
        With --night the alerts of the night that passed the filter are fitted to the whole history that the tables hold of their \
        objects up to the alert, in rows of their own: <survey>_salt2_refits. The packets' own fits stay, no message is sent \
        and no plot drawn. The same call replaces the rows.
        """
    static let options: [any DeclaredOption] = [DataFolders.several, night] + ModelOptions.all
    static let examples = [
        "nightjar salt2 refit --data night",
        "nightjar salt2 refit --data survey --night 20260501 --redshifts redshifts.csv",
    ]

    private static let night = NightWord.option(
        "fits the alerts of this night, YYYYMMDD or YYYY-MM-DD, with the tables' longer history")

    private let folder: String
    private let request: FolderRequest
    private let models: ModelOptions

    init(_ arguments: Arguments) throws {
        folder = try DataFolders(arguments).sole("fitted again")
        models = try ModelOptions(arguments, isNeeded: true)
        request = .refit(
            night: try arguments.value(Self.night), options: HandedOptions.words(ModelOptions.all, of: arguments))
    }

    func run() throws -> ExitStatus {
        // What is not there is said here, and not by the process that holds the folder.
        guard try models.supernovaOptions(isNeeded: true) != nil else { return .failed }
        return try FolderJobs.run(request, in: folder)
    }
}

/// `nightjar salt2 plot ID|NAME --data DIR --out FILE.png`
struct Salt2PlotCommand: Command {
    static let name = "salt2 plot"
    static let summary = "the light curve of an archived alert, or of an object's newest, fitted and drawn"
    static let operands = [Operand("ID|NAME", "an alert's id, or an object's name")]
    static let options: [any DeclaredOption] = [DataFolders.several, out, width] + ModelOptions.all
    static let examples = [
        "nightjar salt2 plot ZTF24aaaaaaa --data night --out curve.png",
        "nightjar salt2 plot -1215182915715015001 --data night --out curve.pdf --dust-map sfd",
    ]

    private static let out = Option<String>.text("out", "FILE.png", "the plot: a .png, .svg or .pdf file").required
    private static let width = Option<Int>.number(
        "width", "PIXELS", "of a .png file", in: 300...8_000, standard: 900)

    private let name: String
    private let data: DataFolders
    private let path: String
    private let form: SupernovaRefit.Form
    private let models: ModelOptions

    init(_ arguments: Arguments) throws {
        name = arguments.operands[0]
        data = try DataFolders(arguments)
        path = try arguments.required(Self.out)
        let width = try arguments.required(Self.width)
        models = try ModelOptions(arguments, isNeeded: true)
        switch (path as NSString).pathExtension.lowercased() {
        case "png": form = .png(width: width)
        case "svg": form = .svg
        case "pdf": form = .pdf
        default: throw UsageError("--out \(path): a plot is a .png, .svg or .pdf file")
        }
    }

    func run() throws -> ExitStatus {
        guard let options = try models.supernovaOptions(isNeeded: true) else { return .failed }
        let alert = try NamedObject.alert(name, in: data.open())
        let plot = try SupernovaRefit.plot(of: alert, options: options, form: form)
        try WrittenFile.write(plot, to: path)
        return .done
    }
}
