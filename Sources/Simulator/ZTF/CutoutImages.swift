internal import Compression
internal import Foundation

/// The three images of an alert, 63 by 63 pixels of 1.01 arcsec: what is there now, what was there, and the difference.
struct CutoutImages {
    static let side = 63

    let science: [UInt8]
    let template: [UInt8]
    let difference: [UInt8]

    init(object: SimulatedObject, observation: Observation, seed: UInt64) throws(SimulatorError) {
        var random = SeededRandom(seed: seed, 7, UInt64(object.number), UInt64(bitPattern: observation.jd.hashBits))
        let pixels = Self.side * Self.side
        let sky = random.uniform(80, 220)
        let noise = Float(random.uniform(6, 14))
        var reference = [Float](repeating: Float(sky), count: pixels)
        Self.addField(object, to: &reference, &random)
        var (science, difference) = (reference, [Float](repeating: 0, count: pixels))
        if let source = observation.source {
            let flux = pow(10, 0.4 * (26.2 - source.magpsf)) * (source.isPositive ? 1 : -1)
            let shape = Star(flux: flux, fwhm: source.fwhm, elong: object.kind == .bogus ? source.elong : 1)
            shape.add(to: &science)
            shape.add(to: &difference)
        }
        for pixel in 0..<pixels {
            let now = noise * Float(random.normal())
            let before = 0.35 * noise * Float(random.normal())
            science[pixel] += now
            reference[pixel] += before
            difference[pixel] += now - before
        }
        self.science = try Self.fits(science)
        template = try Self.fits(reference)
        self.difference = try Self.fits(difference)
    }

    /// The catalogue source beside the object and a few others of the field.
    private static func addField(_ object: SimulatedObject, to image: inout [Float], _ random: inout SeededRandom) {
        if let neighbour = object.neighbour {
            let angle = random.uniform(0, 2 * Double.pi)
            let distance = neighbour.distance / 1.01
            let isGalaxy = neighbour.score < 0.5
            Star(
                flux: pow(10, 0.4 * (26.2 - neighbour.magnitude)), fwhm: isGalaxy ? random.uniform(3, 9) : 2.2,
                elong: isGalaxy ? random.uniform(1, 2.2) : 1, x: 31 + distance * cos(angle),
                y: 31 + distance * sin(angle)
            ).add(to: &image)
        }
        for _ in 0..<random.int(0...5) {
            Star(
                flux: pow(10, 0.4 * (26.2 - random.uniform(15.5, 20.5))), fwhm: 2.2, elong: 1,
                x: random.uniform(0, 62), y: random.uniform(0, 62)
            ).add(to: &image)
        }
    }

    /// A Moffat profile of beta 3, added where it is brighter than a thousandth of a count.
    private struct Star {
        let flux: Double
        let fwhm: Double
        let elong: Double
        var x = 31.0
        var y = 31.0

        func add(to image: inout [Float]) {
            // FWHM = 2 alpha sqrt(2^(1/3) - 1) for beta = 3.
            let alpha = fwhm / 2 / 0.5098
            let peak = flux * 2 / (Double.pi * alpha * alpha * elong)
            let reach = Int(min(40, alpha * pow(abs(peak) * 50 + 1, 1.0 / 6) * elong + 2))
            let side = CutoutImages.side
            for row in max(0, Int(y) - reach)..<max(0, min(side, Int(y) + reach + 1)) {
                for column in max(0, Int(x) - reach)..<max(0, min(side, Int(x) + reach + 1)) {
                    let (across, up) = ((Double(column) - x) / elong, Double(row) - y)
                    let base = 1 + (across * across + up * up) / (alpha * alpha)
                    image[row * side + column] += Float(peak / (base * base * base))
                }
            }
        }
    }

    // MARK: - FITS

    /// The image as gzip FITS: 80-character cards in blocks of 2880 bytes, then big-endian 32-bit floats.
    ///
    /// Source: FITS standard 4.0, sections 3 and 5.
    private static func fits(_ pixels: [Float]) throws(SimulatorError) -> [UInt8] {
        var file = header
        file.reserveCapacity(header.count + 17_280)
        for pixel in pixels { withUnsafeBytes(of: pixel.bitPattern.bigEndian) { file.append(contentsOf: $0) } }
        file.append(contentsOf: repeatElement(0, count: (2880 - file.count % 2880) % 2880))
        do { return try Gzip.compress(file[...], level: 1) } catch {
            throw SimulatorError(.cannotEncode, detail: "a cutout: \(error)")
        }
    }

    private static let header: [UInt8] = {
        let cards = [
            ("SIMPLE", "T"), ("BITPIX", "-32"), ("NAXIS", "2"), ("NAXIS1", "63"), ("NAXIS2", "63"), ("EXTEND", "T"),
            ("PIXSCALE", "1.01"),
        ]
        var text = ""
        for (key, value) in cards {
            let name = key.padding(toLength: 8, withPad: " ", startingAt: 0)
            let right = String(repeating: " ", count: 20 - value.count) + value
            text += "\(name)= \(right)".padding(toLength: 80, withPad: " ", startingAt: 0)
        }
        text += "END"
        return Array(text.padding(toLength: 2880, withPad: " ", startingAt: 0).utf8)
    }()
}

extension Double {
    /// A number that differs for every time.
    fileprivate var hashBits: Int64 { Int64(bitPattern: bitPattern) }
}
