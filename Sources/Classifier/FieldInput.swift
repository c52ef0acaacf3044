internal import Alerts
internal import Avro
internal import ONNX
internal import Synchronization

/// Numbers out of an alert's fields, in an order.
final class FieldInput: Sendable {
    private struct Field: Sendable {
        /// The field's path in the packet, as `candidate.drb`.
        let path: String
        /// What is subtracted, and what the rest is divided by.
        let offset, scale: Double
        /// What stands for a value where the alert has none; without it such an alert has no score.
        let missing: Double?

        init(_ described: DescribedValue) throws(ClassifierError) {
            guard !described.isText else {
                (path, offset, scale, missing) = (try described.text(), 0, 1, nil)
                return
            }
            let object = try described.object(["field", "offset", "scale", "missing"])
            path = try object.required("field", of: described).text()
            offset = try object["offset"]?.number() ?? 0
            scale = try object["scale"]?.number() ?? 1
            if scale == 0, let value = object["scale"] { throw value.wrong("nothing can be divided by 0") }
            missing = try object["missing"]?.number()
        }
    }

    /// Where a schema's packets have the fields.
    private struct Places: Sendable {
        let schema: AlertSchema
        let places: [Int?]
    }

    private let fields: [Field]
    private let last = Mutex<Places?>(nil)

    init(_ described: DescribedValue) throws(ClassifierError) {
        var fields: [Field] = []
        for value in try described.list(1...512) { fields.append(try Field(value)) }
        self.fields = fields
    }

    /// The paths of the fields.
    var paths: [String] { fields.map(\.path) }

    /// The numbers of an alert.
    ///
    /// - Returns: `nil` where a field has no value and the description none for that.
    func tensor(_ alert: DecodedAlert) -> ONNXModel.Tensor? {
        let places = places(in: alert.schema)
        var values: [Float] = []
        for (field, place) in zip(fields, places) {
            let number = place.map { alert.fields.columns[$0] }.flatMap { scalar in
                scalar.boolean.map { $0 ? 1 : 0 } ?? scalar.number(in: alert.text)
            }
            guard let number = number ?? field.missing else { return nil }
            values.append(Float((number - field.offset) / field.scale))
        }
        return ONNXModel.Tensor(shape: [1, values.count], values: values)
    }

    private func places(in schema: AlertSchema) -> [Int?] {
        if let known = last.withLock({ $0?.schema === schema ? $0?.places : nil }) { return known }
        let columns = Dictionary(
            zip(schema.columns.map(\.path), schema.columnIndexes), uniquingKeysWith: { first, _ in first })
        let places = fields.map { columns[$0.path] }
        last.withLock { $0 = Places(schema: schema, places: places) }
        return places
    }
}
