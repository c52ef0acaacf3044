import Classifier
import Foundation
import ONNX
import TestSupport
import Testing

/// ONNX Runtime that is not there, and models that are none.
@Suite struct RuntimeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a library that is not there is said with where it was looked for") func missing() throws {
        let named = #expect(throws: ONNXError.self) {
            try ModelRuntime(file: folder.file("libmine.so"), models: folder.path)
        }
        #expect(named?.code == .noLibrary)
        #expect(named?.detail.contains(folder.file("libmine.so")) == true)
        try folder.write("no library".utf8, to: "text.so")
        let text = #expect(throws: ONNXError.self) {
            try ModelRuntime(file: folder.file("text.so"), models: folder.path)
        }
        #expect(text?.code == .noLibrary)
        let other = #expect(throws: ONNXError.self) { try ModelRuntime(file: "libm.so.6", models: folder.path) }
        #expect(other?.code == .unusableLibrary && other?.detail == "libm.so.6 is not ONNX Runtime")
    }

    @Test("the one of scripts/setup", .enabled(if: TestModels.hasRuntime, "\(TestModels.skippedRuntime)"))
    func there() throws {
        let runtime = try TestModels.runtime.get()
        #expect(runtime.version.hasPrefix("1."))
        #expect(try ModelRuntime(file: runtime.path, models: "").version == runtime.version)
    }

    @Test(
        "bytes that are no model, cut and damaged ones",
        .enabled(if: TestModels.hasRuntime, "\(TestModels.skippedRuntime)"))
    func damaged() throws {
        let runtime = try TestModels.runtime.get()
        try TestModels.make(in: folder)
        let model = try [UInt8](Data(contentsOf: URL(filePath: folder.file("cnn.onnx"))))
        for bytes in [[], Array("no model".utf8), Array(model.prefix(1_000)), Array(model.prefix(model.count - 5))] {
            let error = #expect(throws: ONNXError.self) { try ONNXModel(bytes, runtime) }
            #expect(error?.code == .invalidModel)
        }
        var random = SeededGenerator(seed: 3)
        let small = try [UInt8](Data(contentsOf: URL(filePath: folder.file("linear.onnx"))))
        for _ in 0..<300 {
            var bytes = small
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            // It may be taken or refused, and run or fail; the process goes on.
            guard let model = try? ONNXModel(bytes, runtime), !model.outputs.isEmpty else { continue }
            _ = try? model.run([.init(shape: [1, 3], values: [1, 2, 3])], output: 0, count: 1)
        }
    }

    @Test(
        "a model file that is not the pinned one", .enabled(if: TestModels.hasRuntime, "\(TestModels.skippedRuntime)"))
    func pinned() throws {
        try TestModels.make(in: folder)
        let inputs = "fields: { fields: ['candidate.ra', 'candidate.dec', 'candidate.fid'] }"
        let classifier = try folder.classifier(
            "sum", model: "linear", surveys: "'ztf'", inputs: inputs, classes: "'sum'")
        try FileManager.default.removeItem(atPath: folder.file("linear.onnx"))
        let missing = #expect(throws: ClassifierError.self) {
            try Classifier(classifier.description, models: folder.path, runtime: TestModels.runtime.get())
        }
        #expect(missing?.path == folder.file("linear.onnx"))
        try folder.write([1, 2, 3], to: "linear.onnx")
        let other = #expect(throws: ClassifierError.self) {
            try Classifier(classifier.description, models: folder.path, runtime: TestModels.runtime.get())
        }
        #expect(other?.reason.hasPrefix("its SHA-256 is 039058c6f2c0") == true)
        try TestModels.make(in: folder)
        for (classes, more, reason) in [
            ("'a', 'b'", "", "are 2, and the model gives sum [any, 1]"),
            ("'a'", "output: 'scores',", "the model's outputs of 32-bit floats are: sum"),
        ] {
            let error = #expect(throws: ClassifierError.self) {
                try folder.classifier(
                    "sum", model: "linear", surveys: "'ztf'", inputs: inputs, classes: classes, more: more)
            }
            #expect(error?.reason == reason)
        }
    }
}
