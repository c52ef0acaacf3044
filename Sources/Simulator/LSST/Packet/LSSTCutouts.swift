internal import Foundation

/// Draws the images of an alert: FITS files of image, variance and point spread function, one after another.
///
/// As Rubin's packets have them: 30 to 102 pixels a side by the footprint, in nJy, turned as the camera was, and not
/// compressed; those of 2026 have no mask. One value draws any number of alerts; its arrays are used again.
struct LSSTCutouts {
    private static let smallest = 30
    private static let largest = 102

    private var headers = CutoutHeaders()
    private var psf = PointSpreadImages()
    private var science = PixelGrid()
    private var template = PixelGrid()
    /// The file that was written last.
    private(set) var file: [UInt8] = []
    /// One sigma of a star, pixels.
    private var width = 0.0
    /// Of a pixel of the difference image, nJy.
    private var noise = 0.0
    private var key: UInt64 = 0

    /// Draws what the three images have in common.
    mutating func draw(_ source: DetectedSource) {
        let side = min(Self.largest, max(Self.smallest, source.bboxSize))
        width = source.visit.seeing / FocalPlane.pixel / 2.355
        noise = source.visit.noise / (4 * Double.pi * width * width).squareRoot()
        key = source.key
        let corner = (x: Int(source.x.rounded()) - side / 2, y: Int(source.y.rounded()) - side / 2)
        let centre = (x: source.x - Double(corner.x), y: source.y - Double(corner.y))
        headers.set(source, side: side, corner: corner, centre: centre)
        psf.prepare(source.visit, detector: source.detector, width: width)
        var random = SeededRandom(key: source.key, 4)
        drawTemplate(source, side, centre, &random)
        science.copy(template)
        drawChange(source, centre)
        science.addNoise(0.95 * noise, &random)
        template.addNoise(0.3 * noise, &random)
    }

    /// What the template has: the object's own star or galaxy and the field's.
    private mutating func drawTemplate(
        _ source: DetectedSource, _ side: Int, _ centre: (x: Double, y: Double), _ random: inout SeededRandom
    ) {
        template.clear(side: side)
        template.add(source.template, at: centre, width: source.isGalaxy ? 1.6 * width : width)
        for _ in 0..<random.int(0...2) {
            let place = (x: random.uniform(0, Double(side)), y: random.uniform(0, Double(side)))
            let flux = LSSTBand.flux(magnitude: random.uniform(20, 25))
            template.add(flux, at: place, width: random.chance(0.6) ? width * random.uniform(1.2, 2.5) : width)
        }
    }

    /// What is there now and was not.
    private mutating func drawChange(_ source: DetectedSource, _ centre: (x: Double, y: Double)) {
        let angle = source.trail.angle * Double.pi / 180
        /// Pixels along the trail's direction.
        func place(_ along: Double) -> (x: Double, y: Double) {
            (centre.x + along * cos(angle), centre.y + along * sin(angle))
        }
        if source.isDipole {
            let lobe = 1.5 * abs(source.flux)
            science.add(lobe + source.flux, at: place(0.7), width: width)
            science.add(-lobe, at: place(-0.7), width: width)
        } else if source.cause == .cosmicRay {
            // Sharper than any star: a few pixels in a row.
            for step in -2...2 { science.add(source.flux / 5, at: place(Double(step)), width: 0.6) }
        } else if source.trail.length > 3 {
            let pixels = source.trail.length / FocalPlane.pixel
            for step in 0..<12 {
                science.add(source.flux / 12, at: place(pixels * (Double(step) / 11 - 0.5)), width: width)
            }
        } else {
            science.add(source.flux, at: centre, width: width)
        }
    }

    // MARK: - Files

    /// Writes one of the images as ``file``.
    mutating func write(_ kind: PacketPlan.CutoutKind) {
        file.removeAll(keepingCapacity: true)
        headers.append(.image, to: &file)
        let start = grow(by: 4 * science.values.count)
        file.withUnsafeMutableBytes { file in
            for pixel in science.values.indices {
                let value =
                    switch kind {
                    case .science: science.values[pixel]
                    case .template: template.values[pixel]
                    case .difference: science.values[pixel] - template.values[pixel]
                    }
                file.storeBytes(of: value.bitPattern.bigEndian, toByteOffset: start + 4 * pixel, as: UInt32.self)
            }
        }
        writeVariance(kind)
        psf.append(isTemplate: kind == .template, to: &file)
    }

    /// Adds zeros for so many bytes, to the end of a block.
    private mutating func grow(by bytes: Int) -> Int {
        let start = file.count
        file.append(contentsOf: repeatElement(0, count: FITSCards.padded(bytes)))
        return start
    }

    /// Variance of the sky and of what is bright, with the scatter that the pixels' gains give it.
    private mutating func writeVariance(_ kind: PacketPlan.CutoutKind) {
        headers.append(.variance, to: &file)
        let start = grow(by: 4 * science.values.count)
        let share: Float = kind == .template ? 0.09 : kind == .science ? 0.9 : 1
        let sky = share * Float(noise * noise)
        var random = SeededRandom(key: key, kind == .template ? 6 : 5)
        let bright = 1e-4 * sky.squareRoot()
        file.withUnsafeMutableBytes { file in
            for pixel in science.values.indices {
                let gain = 1 + 0.02 * (Float(random.next() >> 40) * 0x1p-24 - 0.5)
                let value = sky * gain + bright * max(0, science.values[pixel])
                file.storeBytes(of: value.bitPattern.bigEndian, toByteOffset: start + 4 * pixel, as: UInt32.self)
            }
        }
    }
}
