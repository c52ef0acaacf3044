import Classifier
import Foundation
import ONNX
import TestSupport

/// ONNX Runtime and SuperNNova's networks in `models/`, and the models that a script makes for these tests.
enum TestModels {
    static let skippedRuntime = "skipped: no ONNX Runtime here (scripts/fetch-onnxruntime brings it)"
    static let skippedNetworks = "skipped: no ONNX Runtime or no networks here (scripts/setup brings them)"

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let folder = ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appending(path: "models").path
    static let runtime: Result<ModelRuntime, any Error> = Result { try ModelRuntime(models: folder) }

    static let hasRuntime = ContinuousIntegration.runs((try? runtime.get()) != nil)
    static let hasNetworks = ContinuousIntegration.runs(
        hasRuntime && FileManager.default.fileExists(atPath: "\(folder)/supernnova/ztf_ia.onnx"))

    /// A classifier that the repository has.
    static func shipped(_ name: String) throws -> Classifier {
        let description = try ClassifierDescription(path: root.appending(path: "classifiers/\(name).json5").path)
        return try Classifier(description, models: folder, runtime: runtime.get())
    }

    /// Writes cnn.onnx, linear.onnx, broken.onnx and failing.onnx.
    static func make(in folder: TemporaryFolder) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-B", root.appending(path: "Tests/ClassifierTests/onnx/make_models.py").path, folder.path,
        ]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}

/// The rows of a table beside the tests, without its header.
func table(_ name: String) throws -> [[Substring]] {
    let file = TestModels.root.appending(path: "Tests/ClassifierTests/\(name)")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
}
