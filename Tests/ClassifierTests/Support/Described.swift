import Classifier
import Foundation
import Hashing
import TestSupport

extension TemporaryFolder {
    /// Writes `NAME.json5` for a model of the folder, and makes the classifier.
    func classifier(
        _ name: String, model: String, surveys: String, inputs: String, classes: String, more: String = ""
    ) throws -> Classifier {
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: file("\(model).onnx"))))
        let text = """
            {
              version: '1', surveys: [\(surveys)], inputs: { \(inputs) }, classes: [\(classes)], \(more)
              model: { file: '\(model).onnx', sha256: '\(Digest.hexadecimal(Digest.sha256(bytes[...])))' },
            }
            """
        let description = try ClassifierDescription(path: write(text.utf8, to: "\(name).json5"))
        return try Classifier(description, models: path, runtime: TestModels.runtime.get())
    }
}
