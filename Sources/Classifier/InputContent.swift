internal import Alerts
internal import ONNX

/// What goes into an input of a model: one of three kinds, each a file here.
enum InputContent: Sendable {
    case lightCurve(LightCurveInput)
    case cutouts(CutoutInput)
    case fields(FieldInput)

    init(_ described: DescribedValue, surveys: [Survey]) throws(ClassifierError) {
        guard let (kind, value) = try described.members(1...1).first else {
            throw described.wrong("says nothing")
        }
        switch kind {
        case "lightCurve": self = .lightCurve(try LightCurveInput(value, surveys: surveys))
        case "cutouts": self = .cutouts(try CutoutInput(value))
        case "fields": self = .fields(try FieldInput(value))
        default: throw value.wrong("unknown; an input is one of lightCurve, cutouts, fields")
        }
    }

    /// The sides of what it makes, each `nil` where alerts decide.
    var shape: [Int?] {
        switch self {
        case .lightCurve(let curve): curve.shape
        case .cutouts(let cutouts): cutouts.shape.map { $0 }
        case .fields(let fields): [1, fields.paths.count]
        }
    }
}
