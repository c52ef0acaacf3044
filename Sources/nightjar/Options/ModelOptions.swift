internal import Alerts
internal import Dust
internal import Foundation
internal import Salt2
internal import Pipeline

/// Where the SALT2 models lie, and how supernovae are fitted.
struct ModelOptions: Sendable {
    static let folder = Option<String>.text(
        "models", "DIR", "models and bandpasses, as scripts/fetch-models brings them (models)", key: "models")
    private static let model = Option<String>.text(
        "model", "NAME",
        "the model to fit; by default the survey's own, for lines of light curves \(ModelLibrary.defaultModel)",
        key: "model")
    private static let redshifts = Option<String>.text(
        "redshifts", "FILE.csv",
        "known redshifts: columns objectId and z, or ra, dec and z (degrees, within 2 arcsec)", key: "redshifts")
    static let dustMap = Option<String>.text(
        "dust-map", "DIR", "the SFD maps SFD_dust_4096_ngp.fits and _sgp.fits, for the dust of our galaxy",
        key: "dustMap")
    private static let noPlots = Flag("no-plots", "fits without plots", key: "plots")
    private static let noFits = Flag("no-fits", "no supernova is fitted", key: "fits")

    /// The options that name a model.
    static let ofModel: [any DeclaredOption] = [folder, model]
    /// The options of fits.
    static let all: [any DeclaredOption] = ofModel + [redshifts, dustMap, noPlots, noFits] + HostOptions.all
    /// The option that names the folder, for what shows its value.
    static let folderName = folder.declaration.name

    let folder: String
    /// `nil` for each survey's own.
    private let model: String?
    /// Whether the call names what is fitted.
    let namesModel, namesFolder: Bool
    private let redshifts, dustMap: String?
    private let drawsPlots: Bool
    let fitsNothing: Bool
    /// Where hosts are looked for.
    let hosts: HostOptions

    /// - Parameters:
    ///   - arguments: The values of ``all`` or of ``ofModel``.
    ///   - isNeeded: Whether the command is for nothing else, so that it cannot do without fits.
    /// - Throws: ``UsageError`` where such a command is not to fit.
    init(_ arguments: Arguments, isNeeded: Bool = false) throws(UsageError) {
        let named = try arguments.value(Self.folder)
        folder = named ?? Self.standardFolder
        model = try arguments.value(Self.model)
        namesFolder = named != nil
        namesModel = arguments.origin(of: Self.model) != nil
        redshifts = try arguments.value(Self.redshifts)
        dustMap = try arguments.value(Self.dustMap)
        drawsPlots = !arguments.isOn(Self.noPlots)
        fitsNothing = arguments.isOn(Self.noFits)
        hosts = try HostOptions(arguments)
        if fitsNothing && isNeeded { throw UsageError("--no-fits leaves nothing to do") }
    }

    /// Where they lie where nobody names a folder.
    static var standardFolder: String { StandardFolder.models.path ?? "models" }

    /// How supernovae are fitted, everything read that the options name; `nil` with `--no-fits`.
    ///
    /// - Parameter isNeeded: Whether the command cannot do without models.
    /// - Returns: The options of the SALT2 stage.
    /// - Throws: ``UsageError`` for what is missing, unknown or damaged.
    func supernovaOptions(isNeeded: Bool = false) throws(UsageError) -> SupernovaOptions? {
        guard !fitsNothing else { return nil }
        var options = try fits(isNeeded: isNeeded)
        options.drawsPlots = drawsPlots
        options.reddening = try reddening()
        options.redshift = try knownRedshifts()
        options.prior = try hosts.prior()
        return options
    }

    /// The model that is fitted. A folder that nobody named may be missing: alerts stay unfitted, and the report says so.
    func fits(isNeeded: Bool = false) throws(UsageError) -> SupernovaOptions {
        let standard = "\(folder)/\(ModelLibrary.defaultModel)"
        guard namesFolder || namesModel || isNeeded || FileManager.default.fileExists(atPath: standard) else {
            return .withoutModels
        }
        do {
            let options = try SupernovaOptions(models: folder, model: model)
            let lacking = options.bandsWithoutCurve.map(\.name).sorted()
            if !lacking.isEmpty {
                let names = lacking.joined(separator: ", ")
                Terminal.info("\(folder)/bandpasses has no \(names): these bands are not fitted")
            }
            return options
        } catch { throw wrong(error) }
    }

    /// The model and the bandpasses that lines are answered with.
    func lines() throws(UsageError) -> Salt2Lines {
        do {
            let library = try ModelLibrary(folder: folder)
            // Found missing here rather than in each line.
            _ = try library.fitter(model ?? ModelLibrary.defaultModel)
            return Salt2Lines(library: library, model: model ?? ModelLibrary.defaultModel)
        } catch { throw wrong(error) }
    }

    private func wrong(_ error: Salt2Error) -> UsageError {
        let names = ModelLibrary.models(in: folder)
        if let model, !names.isEmpty, !names.contains(model) {
            return UsageError("--model \(model): \(folder) has no such model; it has \(names.joined(separator: ", "))")
        }
        return UsageError(
            "\(error); scripts/fetch-models brings the models, --models DIR says where they are")
    }

    /// Our galaxy's dust.
    func reddening() throws(UsageError) -> (@Sendable (Double, Double) -> Double?)? {
        guard let folder = dustMap else { return nil }
        do {
            let map = try DustMap(folder: folder)
            return { map.reddening(ra: $0, dec: $1) }
        } catch { throw UsageError("--dust-map: \(error)") }
    }

    /// The known redshifts; rows that cannot be used are left out, and a line says how many.
    func knownRedshifts() throws(UsageError) -> (@Sendable (Alert) -> Double?)? {
        guard let path = redshifts else { return nil }
        do {
            let catalogue = try RedshiftCatalogue(path: path)
            if catalogue.leftOut.count > 0 { Terminal.info("\(path): \(catalogue.leftOut)") }
            return { catalogue.redshift(objectId: $0.objectId, ra: $0.detection.ra, dec: $0.detection.dec) }
        } catch { throw UsageError("--redshifts: \(error)") }
    }
}
