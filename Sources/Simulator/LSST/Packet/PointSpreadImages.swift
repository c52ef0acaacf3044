internal import Foundation

/// The images of the point spread function of a detector's visit, which all its alerts share.
struct PointSpreadImages {
    private static let side = 41

    private var key: (visit: UInt64, detector: Int)?
    private var science: [UInt8] = []
    private var template: [UInt8] = []
    private let header = FITSCards(
        CutoutHeaders.extensionCards(bits: -64, name: "'PSFIMAGE'", side: side))

    /// Draws those of a detector, unless they are those of the last one.
    mutating func prepare(_ visit: Visit, detector: Int, width: Double) {
        if let key, key == (visit.key, detector) { return }
        key = (visit.key, detector)
        var random = SeededRandom(key: visit.key, 1 << 48 + UInt64(detector))
        science = image(width: width * random.uniform(0.97, 1.03), wings: random.uniform(0.02, 0.06))
        template = image(width: random.uniform(1.75, 1.95), wings: 0.04)
    }

    /// Appends the image and its header.
    func append(isTemplate: Bool, to file: inout [UInt8]) { file += isTemplate ? template : science }

    /// A core and wings of three times its width, with a sum of 1.
    private func image(width: Double, wings: Double) -> [UInt8] {
        let middle = Double(Self.side / 2)
        var (core, wide) = ([Double](), [Double]())
        for pixel in 0..<Self.side {
            let square = (Double(pixel) - middle) * (Double(pixel) - middle)
            core.append(exp(-0.5 * square / (width * width)) / (2 * Double.pi).squareRoot() / width)
            wide.append(exp(-0.5 * square / (9 * width * width)) / (2 * Double.pi).squareRoot() / (3 * width))
        }
        var file = header.bytes
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                let value = (1 - wings) * core[row] * core[column] + wings * wide[row] * wide[column]
                withUnsafeBytes(of: value.bitPattern.bigEndian) { file.append(contentsOf: $0) }
            }
        }
        let whole = FITSCards.padded(file.count)
        file.append(contentsOf: repeatElement(0, count: whole - file.count))
        return file
    }
}
