internal import Foundation
internal import ONNX

/// Makes the table of epochs of a ``LightCurveInput``, with its normalisation read.
struct LightCurveTable: Sendable {
    /// How a feature is normalised: (log(x - least + 1e-5) - mean) / deviation.
    struct Norm: Sendable {
        let least, mean, deviation: Double

        init(_ described: DescribedValue) throws(ClassifierError) {
            let object = try described.object(["min", "mean", "std"])
            least = try object.required("min", of: described).number()
            mean = try object.required("mean", of: described).number()
            deviation = try object.required("std", of: described).number(in: 1e-12...1e12)
        }

        /// SuperNNova keeps a feature as a 32-bit float, and normalises it with 64 bits.
        func callAsFunction(_ value: Double) -> Float {
            let clipped = max(Double(Float(value)), least)
            return Float((log(clipped - least + 1e-5) - mean) / deviation)
        }
    }

    private struct Epoch {
        let mjd: Double
        /// For each band its flux and error; an error of infinity where the epoch has none.
        var fluxes, errors: [Double]
    }

    private let input: LightCurveInput
    private let fluxNorms, errorNorms: [Norm]
    private let daysNorm: Norm
    private let places: [Int]
    private let scale: Double

    /// - Parameters:
    ///   - input: What the description says.
    ///   - bytes: The normalisation: JSON with min, mean and std of FLUXCAL and FLUXCALERR of each band, and of delta_time.
    ///   - file: Its name in errors.
    /// - Throws: ``ClassifierError`` for a file without one of these.
    init(_ input: LightCurveInput, normalisation bytes: [UInt8], file: String) throws(ClassifierError) {
        self.input = input
        let whole = try DescribedValue(bytes, file: file)
        var values: [String: DescribedValue] = [:]
        for (name, value) in try whole.members(1...64) { values[name] = value }
        func norms(_ prefix: String) throws(ClassifierError) -> [Norm] {
            var norms: [Norm] = []
            for (letter, _) in input.bands { norms.append(try Norm(values.required("\(prefix)_\(letter)", of: whole))) }
            return norms
        }
        (fluxNorms, errorNorms) = (try norms("FLUXCAL"), try norms("FLUXCALERR"))
        daysNorm = try Norm(values.required("delta_time", of: whole))
        places = input.places
        scale = LightCurvePoint.scale(from: LightCurvePoint.zeroPoint, to: input.zeroPoint)
    }

    /// The table of a light curve.
    ///
    /// - Parameters:
    ///   - points: Its points, in any order.
    ///   - reddening: E(B-V) of our galaxy's dust, mag.
    /// - Returns: `nil` for too few epochs or too many, and where the model wants a reddening that is not known.
    func tensor(_ points: [LightCurvePoint], reddening: Double?) -> ONNXModel.Tensor? {
        let epochs = epochs(points)
        guard epochs.count >= input.leastEpochs, !epochs.isEmpty, epochs.count <= LightCurveInput.mostEpochs,
            !input.needsReddening || reddening != nil
        else { return nil }
        var values: [Float] = []
        values.reserveCapacity(epochs.count * input.width)
        for (number, epoch) in epochs.enumerated() {
            let days = number > 0 ? epoch.mjd - epochs[number - 1].mjd : 0
            append(epoch, days: days, reddening: reddening ?? 0, to: &values)
        }
        let shape = input.shape.map { $0 ?? epochs.count }
        return ONNXModel.Tensor(shape: shape, values: values)
    }

    private func append(_ epoch: Epoch, days: Double, reddening: Double, to values: inout [Float]) {
        let bands = epoch.errors.indices
        for feature in input.features {
            switch feature {
            case .flux: for band in bands { values.append(fluxNorms[band](epoch.fluxes[band])) }
            case .error:
                for band in bands {
                    values.append(errorNorms[band](epoch.errors[band].isFinite ? epoch.errors[band] : 0))
                }
            case .days: values.append(daysNorm(days))
            case .reddening: values.append(Float(reddening))
            case .bands:
                let set = bands.reduce(0) { epoch.errors[$1].isFinite ? $0 | 1 << $1 : $0 }
                let start = values.count
                values.append(contentsOf: repeatElement(0, count: input.sets))
                values[start + places[set]] = 1
            }
        }
    }

    /// The points, put together to epochs.
    ///
    /// An epoch begins with a point that is later than the beginning of the one before by more than the description's days. A
    /// point of the very time of the one before it begins one too, unless that is the epoch's own time: SuperNNova takes a
    /// difference of zero days for the beginning of a light curve. An epoch has the point with the smallest error in each band.
    private func epochs(_ points: [LightCurvePoint]) -> [Epoch] {
        let known = points.compactMap { point in
            point.isSound
                ? input.bands.firstIndex { $0.bandpass == point.bandpass }.map { (band: $0, point: point) } : nil
        }.sorted { $0.point.mjd < $1.point.mjd }
        var epochs: [Epoch] = []
        var last = -Double.infinity
        for (band, point) in known {
            let begins =
                epochs.last.map {
                    point.mjd != $0.mjd && (point.mjd == last || point.mjd - $0.mjd > input.groupDays)
                } ?? true
            if begins {
                epochs.append(
                    Epoch(
                        mjd: point.mjd, fluxes: input.bands.map { _ in 0 }, errors: input.bands.map { _ in .infinity }))
            }
            last = point.mjd
            let (place, error) = (epochs.count - 1, point.error * scale)
            if error < epochs[place].errors[band] {
                (epochs[place].fluxes[band], epochs[place].errors[band]) = (point.flux * scale, error)
            }
        }
        return epochs
    }
}
