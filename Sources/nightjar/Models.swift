internal import Alerts
internal import Dust
internal import Foundation
internal import Salt2
internal import Pipeline

/// Where the SALT2 models lie, and how a run uses them.
enum Models {
    /// The folder that `--models` names; else the environment's NIGHTJAR_MODELS; else `models` here, or beside the package
    /// that the command was built in.
    static func folder(_ call: Invocation) -> String {
        if let named = call.options["models"] { return named }
        if let named = environmentFolder { return named }
        let here = "models"
        guard !FileManager.default.fileExists(atPath: here), var place = Bundle.main.executableURL else { return here }
        for _ in 0..<4 {
            place.deleteLastPathComponent()
            let candidate = place.appendingPathComponent("models").path
            let isPackage = FileManager.default.fileExists(atPath: place.appendingPathComponent("Package.swift").path)
            if isPackage && FileManager.default.fileExists(atPath: candidate) { return candidate }
        }
        return here
    }

    private static var environmentFolder: String? {
        ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The options that ``options(_:isNeeded:)`` understands.
    static let values: Set = ["models", "model", "dust-map", "redshifts"]
    static let flags: Set = ["no-fits", "no-plots"]

    /// How supernovae are fitted, everything read that the options name; `nil` with `--no-fits`.
    ///
    /// - Parameters:
    ///   - call: The words.
    ///   - isNeeded: Whether the command is for nothing else, so that it cannot do without models.
    /// - Returns: The options of the SALT2 stage.
    /// - Throws: ``UsageError`` for what is missing, unknown or damaged.
    static func options(_ call: Invocation, isNeeded: Bool = false) throws -> SupernovaOptions? {
        guard !call.flags.contains("no-fits") else {
            if isNeeded { throw UsageError("--no-fits leaves nothing to do") }
            return nil
        }
        var options = try fits(call, isNeeded: isNeeded)
        options.drawsPlots = !call.flags.contains("no-plots")
        options.reddening = try reddening(call)
        options.redshift = try redshifts(call)
        return options
    }

    /// The model that is fitted. A folder that nobody named may be missing: alerts stay unfitted, and the report says so.
    static func fits(_ call: Invocation, isNeeded: Bool = false) throws(UsageError) -> SupernovaOptions {
        let (folder, model) = (folder(call), model(call))
        let isNamed = call.options["models"] != nil || call.options["model"] != nil || environmentFolder != nil
        guard isNamed || isNeeded || FileManager.default.fileExists(atPath: "\(folder)/\(model)") else {
            return .withoutModels
        }
        do {
            let options = try SupernovaOptions(models: folder, model: model)
            let lacking = options.bandsWithoutCurve.map(\.name).sorted()
            if !lacking.isEmpty {
                let names = lacking.joined(separator: ", ")
                Terminal.note("\(folder)/bandpasses has no \(names): these bands are not fitted")
            }
            return options
        } catch { throw wrong(error, folder: folder, model: model) }
    }

    /// The model and the bandpasses that lines are answered with.
    static func lines(_ call: Invocation) throws(UsageError) -> Salt2Lines {
        let (folder, model) = (folder(call), model(call))
        do {
            let library = try ModelLibrary(folder: folder)
            // Found missing here rather than in each line.
            _ = try library.fitter(model)
            return Salt2Lines(library: library, model: model)
        } catch { throw wrong(error, folder: folder, model: model) }
    }

    private static func model(_ call: Invocation) -> String { call.options["model"] ?? ModelLibrary.defaultModel }

    private static func wrong(_ error: Salt2Error, folder: String, model: String) -> UsageError {
        let names = ModelLibrary.models(in: folder)
        if !names.isEmpty && !names.contains(model) {
            return UsageError("--model \(model): \(folder) has no such model; it has \(names.joined(separator: ", "))")
        }
        return UsageError(
            "\(error); scripts/fetch-models brings the models, --models DIR says where they are")
    }

    /// Our galaxy's dust.
    static func reddening(_ call: Invocation) throws(UsageError) -> (@Sendable (Double, Double) -> Double?)? {
        guard let folder = call.options["dust-map"] else { return nil }
        do {
            let map = try DustMap(folder: folder)
            return { map.reddening(ra: $0, dec: $1) }
        } catch { throw UsageError("--dust-map: \(error)") }
    }

    /// The known redshifts; rows that cannot be used are left out, and a line says how many.
    static func redshifts(_ call: Invocation) throws(UsageError) -> (@Sendable (Alert) -> Double?)? {
        guard let path = call.options["redshifts"] else { return nil }
        do {
            let catalogue = try RedshiftCatalogue(path: path)
            if catalogue.leftOut.count > 0 { Terminal.note("\(path): \(catalogue.leftOut)") }
            return { catalogue.redshift(objectId: $0.objectId, ra: $0.detection.ra, dec: $0.detection.dec) }
        } catch { throw UsageError("--redshifts: \(error)") }
    }
}
