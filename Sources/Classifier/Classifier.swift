package import Alerts
package import ONNX

/// A model that scores alerts, ready to run.
///
/// It may be used from several threads at once; each call runs on the thread that calls.
package final class Classifier: Sendable {
    /// How an input of the model is made.
    private enum Source: Sendable {
        case lightCurve(LightCurveTable)
        case cutouts(CutoutInput)
        case fields(FieldInput)
    }

    /// What it is.
    package let description: ClassifierDescription
    private let model: ONNXModel
    /// One for each of the model's inputs, in the model's order.
    private let sources: [Source]
    /// Which of the model's outputs has the scores.
    private let output: Int

    /// Its name.
    package var name: String { description.name }
    /// What distinguishes the model from others of the name.
    package var version: String { description.version }
    /// What each score is of, in order.
    package var classes: [String] { description.classes }

    /// Reads the files that a description names, and holds the model against it.
    ///
    /// - Parameters:
    ///   - description: What goes in and comes out.
    ///   - models: The folder of models, in which the description's files lie.
    ///   - runtime: What runs the model.
    /// - Throws: ``ClassifierError`` for a file that is missing or not the one that is pinned, for what is no model, and for a
    ///   model whose inputs or output are not those of the description.
    package init(
        _ description: ClassifierDescription, models: String, runtime: ModelRuntime
    ) throws(ClassifierError) {
        self.description = description
        let bytes = try description.model.read(in: models, atMost: ONNXModel.longest)
        do throws(ONNXError) { model = try ONNXModel(bytes, runtime) } catch {
            throw ClassifierError("\(models)/\(description.model.path)", error.detail)
        }
        var sources: [Source] = []
        for port in model.inputs {
            guard let content = description.inputs.first(where: { $0.name == port.name })?.content else {
                throw Self.wrong(description, "inputs", "the model also has an input \(port.text)")
            }
            guard Self.fits(content.shape, port) else {
                let shape = content.shape.map { $0.map { String($0) } ?? "any" }.joined(separator: ", ")
                throw Self.wrong(
                    description, "inputs.\(port.name)", "makes [\(shape)], and the model takes \(port.text)")
            }
            sources.append(try Self.source(of: content, models))
        }
        let names = model.inputs.map(\.name)
        if let other = description.inputs.first(where: { !names.contains($0.name) }) {
            throw Self.wrong(
                description, "inputs.\(other.name)", "the model's inputs are: \(names.joined(separator: ", "))")
        }
        self.sources = sources
        output = try Self.output(of: model, description)
    }

    private static func source(of content: InputContent, _ models: String) throws(ClassifierError) -> Source {
        switch content {
        case .cutouts(let cutouts): return .cutouts(cutouts)
        case .fields(let fields): return .fields(fields)
        case .lightCurve(let input):
            let bytes = try input.normalisation.read(in: models, atMost: 1 << 20)
            return .lightCurve(
                try LightCurveTable(
                    input, normalisation: bytes, file: "\(models)/\(input.normalisation.path)"))
        }
    }

    /// The output that the description names, or the first; as long as there are classes.
    private static func output(
        of model: ONNXModel, _ description: ClassifierDescription
    ) throws(ClassifierError) -> Int {
        let place = description.output.map { name in model.outputs.firstIndex { $0.name == name } } ?? 0
        guard let place, model.outputs.indices.contains(place) else {
            let names = model.outputs.map(\.name).joined(separator: ", ")
            throw wrong(description, "output", "the model's outputs of 32-bit floats are: \(names)")
        }
        let (port, count) = (model.outputs[place], description.classes.count)
        // A first side of any length counts alerts, of which there is one; another of any length is what it will be.
        let sides = port.shape.first == .some(nil) ? [1] + port.shape.dropFirst() : port.shape
        var numbers = 1
        for case let side? in sides { numbers = side > count || numbers > count ? count + 1 : numbers * side }
        guard sides.contains(nil) ? numbers > 0 && count % numbers == 0 : numbers == count else {
            throw wrong(description, "classes", "are \(count), and the model gives \(port.text)")
        }
        return place
    }

    private static func fits(_ shape: [Int?], _ port: ONNXModel.Port) -> Bool {
        shape.count == port.shape.count
            && zip(shape, port.shape).allSatisfy { own, wanted in wanted == nil || wanted == own }
    }

    private static func wrong(
        _ description: ClassifierDescription, _ field: String, _ reason: String
    ) -> ClassifierError { ClassifierError(description.path, field: field, reason) }

    // MARK: - Scores

    /// The scores of an alert.
    ///
    /// - Parameters:
    ///   - alert: The alert.
    ///   - lightCurve: Its light curve; nobody reads it where ``ClassifierDescription/needsLightCurve`` is false.
    ///   - reddening: E(B-V) of our galaxy's dust at its place, mag; `nil` where it is not known.
    /// - Returns: A score for each of ``classes``; `nil` for an alert of another survey, one that lacks what the model needs, and
    ///   where the model's answer is no number.
    /// - Throws: ``ClassifierError`` where the model fails.
    package func scores(
        of alert: DecodedAlert, lightCurve: [LightCurvePoint], reddening: Double? = nil
    ) throws(ClassifierError) -> [Double]? {
        guard description.surveys.contains(where: { $0 === alert.schema.survey }) else { return nil }
        return try scores(lightCurve: lightCurve, reddening: reddening, alert: alert)
    }

    /// The scores of what a model is given; without an alert by the light curve alone.
    func scores(
        lightCurve: [LightCurvePoint], reddening: Double?, alert: DecodedAlert?
    ) throws(ClassifierError) -> [Double]? {
        var tensors: [ONNXModel.Tensor] = []
        for source in sources {
            let tensor =
                switch source {
                case .lightCurve(let table): table.tensor(lightCurve, reddening: reddening)
                case .cutouts(let cutouts): alert.flatMap { cutouts.tensor($0.alert.cutouts) }
                case .fields(let fields): alert.flatMap { fields.tensor($0) }
                }
            guard let tensor else { return nil }
            tensors.append(tensor)
        }
        do throws(ONNXError) {
            let scores = try model.run(tensors, output: output, count: classes.count)
            return scores.allSatisfy(\.isFinite) ? scores.map { Double($0) } : nil
        } catch { throw ClassifierError(description.path, error.detail) }
    }
}
