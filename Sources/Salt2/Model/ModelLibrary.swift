internal import Synchronization

/// The models and bandpasses of a folder as `scripts/fetch-models` fills it, each model read when first asked for.
package final class ModelLibrary: Sendable {
    /// sncosmo's default `salt2`.
    package static let defaultModel = "salt2-k21-frag"

    /// The folder of models and bandpasses.
    package let folder: String
    /// The bandpasses that the folder has.
    package let bandpasses: [BandpassCurve]
    private let fitters = Mutex<[String: Salt2Fitter]>([:])

    /// Reads the bandpasses, `bandpasses/*.dat` and `*.ecsv`.
    package init(folder: String) throws(Salt2Error) {
        self.folder = folder
        bandpasses = try BandpassCurve.load(folder: "\(folder)/bandpasses")
        guard !bandpasses.isEmpty else {
            throw Salt2Error(.missingFile, location: "\(folder)/bandpasses", detail: "no bandpass is in it")
        }
    }

    /// The subfolders of a folder that hold a model.
    package static func models(in folder: String) -> [String] {
        (FolderNames.all(in: folder) ?? []).filter { name in
            Salt2Model.Kind.allCases.contains { kind in
                FolderNames.exists("\(folder)/\(name)/\(kind.rawValue)_template_0.dat")
            }
        }
    }

    /// The fitter of the model in the subfolder of that name.
    package func fitter(_ name: String = ModelLibrary.defaultModel) throws(Salt2Error) -> Salt2Fitter {
        guard !name.isEmpty, name.utf8.count <= 100, !name.contains("/"), !name.hasPrefix(".") else {
            throw Salt2Error(.missingFile, location: name, detail: "no name of a model")
        }
        // Loading under the lock lets a second thread wait for the first one's work in place of doing it again.
        let result: Result<Salt2Fitter, Salt2Error> = fitters.withLock { fitters in
            if let fitter = fitters[name] { return .success(fitter) }
            do throws(Salt2Error) {
                let fitter = Salt2Fitter(
                    model: try Salt2Model.load(folder: "\(folder)/\(name)"), bandpasses: bandpasses)
                fitters[name] = fitter
                return .success(fitter)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
