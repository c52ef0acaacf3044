internal import Alerts
internal import FITS
internal import ONNX

/// Cutouts as one array of pixels, as braai, ACAI and BTSbot take them.
///
/// Each image by itself: pixels without a value are filled, the image is normalised, and it is padded to the model's size.
struct CutoutInput: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case science, template, difference
    }

    enum Layout: String, CaseIterable, Sendable {
        /// Images first: 1, images, rows, columns.
        case imagesFirst
        /// Images last: 1, rows, columns, images.
        case imagesLast
    }

    enum Normalisation: String, CaseIterable, Sendable {
        case none
        /// Divided by the square root of the sum of its squares.
        case l2
    }

    enum Place: String, CaseIterable, Sendable {
        /// Padding stands behind the last row and the last column.
        case start
        /// Padding stands around; the larger half of an odd one before.
        case middle
    }

    let order: [Kind]
    /// Rows and columns.
    let side: Int
    let layout: Layout
    let normalisation: Normalisation
    /// What stands in the place of a pixel without a value.
    let fill: Float
    /// What an image that is smaller than the model's is padded with.
    let pad: Float
    let place: Place

    init(_ described: DescribedValue) throws(ClassifierError) {
        let object = try described.object(["order", "side", "layout", "normalisation", "nan", "pad", "place"])
        let list = try object.required("order", of: described)
        var order: [Kind] = []
        for word in try list.list(1...Kind.allCases.count) { order.append(try word.choice()) }
        guard Set(order).count == order.count else { throw list.wrong("an image is named twice") }
        self.order = order
        side = try object.required("side", of: described).count(in: 1...CutoutImage.largestSide)
        layout = try object["layout"]?.choice() ?? .imagesLast
        normalisation = try object.required("normalisation", of: described).choice()
        fill = Float(try object["nan"]?.number() ?? 0)
        pad = Float(try object["pad"]?.number() ?? 0)
        place = try object["place"]?.choice() ?? .start
    }

    /// The sides of the array.
    var shape: [Int] { layout == .imagesLast ? [1, side, side, order.count] : [1, order.count, side, side] }

    /// The array of an alert's images.
    ///
    /// - Returns: `nil` where an image is not there, is no FITS, is larger than the model's, or has nothing but zeros to normalise.
    func tensor(_ cutouts: Cutouts) -> ONNXModel.Tensor? {
        var values = [Float](repeating: pad, count: side * side * order.count)
        for (number, kind) in order.enumerated() {
            let bytes =
                switch kind {
                case .science: cutouts.science
                case .template: cutouts.template
                case .difference: cutouts.difference
                }
            guard let bytes, let image = try? CutoutImage(fits: bytes), image.width <= side, image.height <= side,
                let pixels = normalised(image.pixels)
            else { return nil }
            let (before, above) =
                place == .start ? (0, 0) : ((side - image.width + 1) / 2, (side - image.height + 1) / 2)
            // How far apart neighbours in a row are, and where the image begins.
            let (step, start) = layout == .imagesLast ? (order.count, number) : (1, number * side * side)
            for row in 0..<image.height {
                for column in 0..<image.width {
                    let target = ((row + above) * side + column + before) * step + start
                    values[target] = pixels[row * image.width + column]
                }
            }
        }
        return ONNXModel.Tensor(shape: shape, values: values)
    }

    private func normalised(_ pixels: [Float]) -> [Float]? {
        let filled = pixels.map { $0.isFinite ? $0 : fill }
        guard normalisation == .l2 else { return filled }
        let norm = filled.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return norm > 0 ? filled.map { Float(Double($0) / norm) } : nil
    }
}
