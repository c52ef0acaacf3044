internal import Alerts
internal import Broker
internal import Dust
internal import Foundation
internal import Stages

/// Where the SALT2 models lie, and how a run uses them.
enum Models {
    /// The folder that `--models` names; else the environment's NIGHTJAR_MODELS; else `models` here, or beside the package
    /// that the command was built in.
    static func folder(_ call: Invocation) -> String {
        if let named = call.options["models"] { return named }
        if let named = ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"], !named.isEmpty { return named }
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

    /// The options that ``options(_:)`` understands.
    static let values: Set = ["models", "model", "dust-map", "redshifts"]
    static let flags: Set = ["no-fits", "no-plots"]

    static func options(_ call: Invocation) throws -> SupernovaOptions? {
        guard !call.flags.contains("no-fits") else { return nil }
        var options = SupernovaOptions(models: folder(call))
        if let model = call.options["model"] { options.model = model }
        options.drawsPictures = !call.flags.contains("no-plots")
        if let folder = call.options["dust-map"] {
            let map = try DustMap(folder: folder)
            options.reddening = { map.reddening(ra: $0, dec: $1) }
        }
        if let path = call.options["redshifts"] {
            let catalogue = try RedshiftCatalogue(path: path)
            options.redshift = { alert in
                catalogue.redshift(objectId: alert.objectId, ra: alert.detection.ra, dec: alert.detection.dec)
            }
        }
        return options
    }
}
