internal import CCFITSIO
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

    init(path: String, isNorth: Bool) throws(DustError) {
        self.isNorth = isNorth
        var status: CInt = 0
        var file: UnsafeMutablePointer<fitsfile>?
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw DustError(path: path, detail: "this dust map is not there, or cannot be read")
        }
        // ffdkopn takes the path as it is; the other calls read filters in brackets out of it.
        guard ffdkopn(&file, path, READONLY, &status) == 0, let file else {
            throw DustError(path: path, detail: "no FITS file (cfitsio \(status))")
        }
        defer {
            var ignored: CInt = 0
            ffclos(file, &ignored)
        }
        var (bits, axes): (CInt, CInt) = (0, 0)
        var lengths = [0, 0]
        guard ffgipr(file, 2, &bits, &axes, &lengths, &status) == 0, axes == 2, lengths[0] == lengths[1],
            Self.sides.contains(lengths[0])
        else { throw DustError(path: path, detail: "its first image is no square map") }
        side = lengths[0]
        func number(_ key: String) throws(DustError) -> Double {
            var value = 0.0
            guard ffgkyd(file, key, &value, nil, &status) == 0, value.isFinite else {
                throw DustError(path: path, detail: "its header has no number \(key)")
            }
            return value
        }
        center = (try number("CRPIX1") - 1, try number("CRPIX2") - 1)
        let sense = try number("LAM_NSGP")
        scale = try number("LAM_SCAL")
        guard sense == (isNorth ? 1 : -1) else {
            throw DustError(path: path, detail: "LAM_NSGP is \(sense): the map of the other hemisphere")
        }
        guard scale > 0, scale <= Double(side), (0...Double(side)).contains(center.x),
            (0...Double(side)).contains(center.y)
        else { throw DustError(path: path, detail: "its header's numbers describe no such map") }
        var values = [Float](repeating: .nan, count: side * side)
        var missing = Float.nan
        var anyMissing: CInt = 0
        guard ffgpv(file, TFLOAT, 1, Int64(values.count), &missing, &values, &anyMissing, &status) == 0 else {
            throw DustError(path: path, detail: "its pixels cannot be read (cfitsio \(status)); the file may be cut")
        }
        pixels = values
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
