internal import Alerts
internal import Classifier
internal import ONNX
internal import Pipeline

/// Where classifiers and what runs them lie.
struct ClassifierOptions: Sendable {
    private static let folder = Option<String>.text(
        "classifiers", "DIR", "descriptions NAME.json5 of models that score alerts (classifiers)", key: "classifiers")
    private static let library = Option<String>.text(
        "onnxruntime", "FILE",
        "ONNX Runtime's library; without it the system's, or the one that scripts/fetch-onnxruntime brings",
        key: "onnxruntime")

    /// The folder of descriptions.
    static let ofFolder: [any DeclaredOption] = [folder]
    /// The same and what runs them, where the folder of models is an option already.
    static let ofRun: [any DeclaredOption] = [folder, library]
    /// What it takes to run them.
    static let ofRuntime: [any DeclaredOption] = [ModelOptions.folder, library]

    /// The folder of descriptions.
    let folder: String
    private let models: String
    private let library: String?

    init(_ arguments: Arguments) throws(UsageError) {
        folder = try arguments.value(Self.folder) ?? StandardFolder.classifiers.path ?? "classifiers"
        models = try arguments.value(ModelOptions.folder) ?? ModelOptions.standardFolder
        library = try arguments.value(Self.library)
    }

    /// The descriptions of the folder.
    func descriptions() throws(ClassifierError) -> [ClassifierDescription] {
        let all = try ClassifierDescription.all(in: folder)
        if all.isEmpty { Terminal.info("\(folder) has no classifiers; --classifiers DIR says where they are") }
        return all
    }

    /// What runs models.
    ///
    /// - Throws: ``UsageError`` where ONNX Runtime is not there.
    func runtime() throws(UsageError) -> ModelRuntime {
        do { return try ModelRuntime(file: library, models: models) } catch {
            throw UsageError(
                "\(error); scripts/fetch-onnxruntime brings it, --onnxruntime FILE says where another is")
        }
    }

    /// The stage that scores a run's alerts by the classifiers of the folder that the call names; `nil` where it names none.
    ///
    /// Without ONNX Runtime, and without a model's file, the scores are null, and the log says so.
    static func stage(
        _ arguments: Arguments, reddening: (@Sendable (Double, Double) -> Double?)?
    ) throws -> ScoreStage? {
        guard try arguments.value(folder) != nil else { return nil }
        let options = try ClassifierOptions(arguments)
        var runtime: ModelRuntime?
        do { runtime = try options.runtime() } catch {
            Terminal.info("no alert is scored: \(error)")
        }
        let members = try options.descriptions().map { description in
            guard let runtime else { return ScoreStage.Member(description, nil) }
            do throws(ClassifierError) {
                return ScoreStage.Member(description, try options.classifier(description, runtime))
            } catch {
                Terminal.info("\(description.name) scores no alert: \(error)")
                return ScoreStage.Member(description, nil)
            }
        }
        return ScoreStage(members, reddening: reddening ?? { _, _ in nil }) { Terminal.info($0) }
    }

    /// The same stage for the names of its columns: it scores nothing, and needs no ONNX Runtime.
    static func columns(_ arguments: Arguments) throws -> ScoreStage? {
        guard try arguments.value(folder) != nil else { return nil }
        let members = try ClassifierOptions(arguments).descriptions().map { ScoreStage.Member($0, nil) }
        return ScoreStage(members) { _ in }
    }

    /// The classifier of a description.
    func classifier(
        _ description: ClassifierDescription, _ runtime: ModelRuntime
    ) throws(ClassifierError) -> Classifier { try Classifier(description, models: models, runtime: runtime) }
}
