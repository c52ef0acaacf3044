internal import FITS
internal import Foundation
internal import Sky

/// One hemisphere of the map: a Lambert zenithal equal-area projection around a galactic pole.
struct Hemisphere: Sendable {
    private static let sides = 16...16_384

    private let side: Int
    private let isNorth: Bool
    /// Pixel of the pole, counted from 0, and pixels from it to the equator.
    private let center: (x: Double, y: Double)
    private let scale: Double
    private let pixels: [Float]

    /// Reads the map of a hemisphere whole.
    ///
    /// - Throws: ``DustError`` where the file cannot be read or is no such map.
    init(path: String, isNorth: Bool) throws(DustError) {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw DustError(path: path, detail: "this dust map is not there, or cannot be read")
        }
        let sense: Double
        do throws(FITSError) {
            let file = try FITSFile(path: path)
            guard let size = file.size, size.width == size.height, Self.sides.contains(size.width) else {
                throw FITSError(.notFITS, detail: "its first image is no square map")
            }
            side = size.width
            center = (try file.number("CRPIX1") - 1, try file.number("CRPIX2") - 1)
            sense = try file.number("LAM_NSGP")
            scale = try file.number("LAM_SCAL")
            pixels = try file.pixels(side * side)
        } catch { throw DustError(path: path, detail: error.detail) }
        self.isNorth = isNorth
        guard sense == (isNorth ? 1 : -1) else {
            throw DustError(path: path, detail: "LAM_NSGP is \(sense): the map of the other hemisphere")
        }
        guard scale > 0, scale <= Double(side), (0...Double(side)).contains(center.x),
            (0...Double(side)).contains(center.y)
        else { throw DustError(path: path, detail: "its header's numbers describe no such map") }
    }

    /// The map's value in a galactic direction.
    ///
    /// Bilinear between pixel centres; the outermost ones stand for what lies beyond them.
    func value(at direction: UnitVector) -> Double? {
        let depth = isNorth ? direction.z : -direction.z
        // sqrt(1 - |sin b|) (cos l, -+ sin l), with cos b taken out of the vector.
        let shrink = 1 / (1 + depth).squareRoot()
        let x = center.x + scale * direction.x * shrink
        let y = center.y - (isNorth ? 1 : -1) * scale * direction.y * shrink
        guard x.isFinite, y.isFinite else { return nil }
        let last = Double(side - 1)
        let (cx, cy) = (min(last, max(0, x)), min(last, max(0, y)))
        let column = min(side - 2, Int(cx))
        let row = min(side - 2, Int(cy))
        let (fx, fy) = (cx - Double(column), cy - Double(row))
        let at = row * side + column
        let low = Double(pixels[at]) * (1 - fx) + Double(pixels[at + 1]) * fx
        let high = Double(pixels[at + side]) * (1 - fx) + Double(pixels[at + side + 1]) * fx
        let value = low * (1 - fy) + high * fy
        return value.isFinite ? value : nil
    }
}
