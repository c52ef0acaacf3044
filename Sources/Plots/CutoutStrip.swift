internal import FITS
internal import Foundation

/// The cutouts side by side, north up and east to the left, each with a cross at the alert's position, a scale bar, and a compass
/// where north is known. Pixels that a mask marks as bad are tinted, and the planes named below.
struct CutoutStrip {
    let cutouts: [LightCurvePlot.Cutout]
    let left: Double
    let top: Double

    static let side = 72.0
    private static let gap = 5.0
    /// Height with the labels.
    static let height = side + 36

    /// Colours of marks that are visible on black and on white: drawn twice, the darker one first.
    private static let mark = Ink(0xffd23f)
    private static let shade = Ink(0x000000, alpha: 0.85)
    /// Of masked pixels.
    private static let masked = Ink(0xb3541e)

    func draw(on canvas: Canvas) {
        var previous: ImageSky?
        for (index, cutout) in cutouts.prefix(3).enumerated() {
            let x = left + Double(index) * (Self.side + Self.gap)
            if let image = cutout.image {
                // Scale bar and compass are drawn once if all images have the same scale and orientation.
                let isNew = cutout.sky?.axes != previous?.axes || cutout.sky?.pixelScale != previous?.pixelScale
                draw(image, cutout.sky, hasScale: isNew, x, on: canvas)
                previous = cutout.sky
            } else if let failure = cutout.failure {
                canvas.font(8)
                let middle = top + Self.side / 2 + 3
                canvas.text(canvas.fitted(failure, to: Self.side - 4), x + Self.side / 2, middle, .center, ink: .grey)
            }
            canvas.stroke(.black, 0.7) { canvas.rectangle(x, top, Self.side, Self.side) }
            canvas.font(9.5)
            canvas.text(
                canvas.fitted(cutout.label, to: Self.side), x + Self.side / 2, top + Self.side + 13, .center)
        }
    }

    func draw(_ image: CutoutImage, _ sky: ImageSky?, hasScale: Bool, _ x: Double, on canvas: Canvas) {
        let placement = drawPixels(of: image, sky, x, on: canvas)
        drawMarks(on: image, sky, placement, hasScale: hasScale, x, on: canvas)
    }

    /// Draws an image without marks.
    ///
    /// - Returns: How it lies on the page.
    @discardableResult
    func drawPixels(of image: CutoutImage, _ sky: ImageSky?, _ x: Double, on canvas: Canvas) -> ImagePlacement {
        let placement = ImagePlacement(sky?.axes)
        let pixel = Self.pixel(of: image, placement)
        func down(_ vector: SIMD2<Double>) -> SIMD2<Double> { SIMD2(vector.x, -vector.y) * pixel }
        let shown = GreyImage(image)
        canvas.image(
            shown.rows, width: image.width, height: image.height,
            middle: SIMD2(x + Self.side / 2, top + Self.side / 2), column: down(placement.column),
            row: down(placement.row))
        draw(planes: shown.planes, x, on: canvas)
        return placement
    }

    /// Points of a pixel: the whole image is in its frame, whose rest stays empty.
    private static func pixel(of image: CutoutImage, _ placement: ImagePlacement) -> Double {
        let size = placement.size(width: image.width, height: image.height)
        return side / max(size.x, size.y)
    }

    /// Draws cross, scale bar and compass.
    private func drawMarks(
        on image: CutoutImage, _ sky: ImageSky?, _ placement: ImagePlacement, hasScale: Bool, _ x: Double,
        on canvas: Canvas
    ) {
        guard let sky else { return }
        let pixel = Self.pixel(of: image, placement)
        let middle = SIMD2(x + Self.side / 2, top + Self.side / 2)
        func down(_ vector: SIMD2<Double>) -> SIMD2<Double> { SIMD2(vector.x, -vector.y) * pixel }
        if let position = sky.position, (0.5...Double(image.width) + 0.5).contains(position.x),
            (0.5...Double(image.height) + 0.5).contains(position.y)
        {
            let fromMiddle = position - SIMD2(Double(image.width + 1), Double(image.height + 1)) / 2
            let place = middle + down(placement.onPage(fromMiddle))
            drawCross(place.x, place.y, on: canvas)
        }
        guard hasScale else { return }
        drawBar(pointsPerArcsecond: pixel / sky.pixelScale, x, on: canvas)
        if placement.isOriented { drawCompass(x, on: canvas) }
    }

    /// Names the planes of the mask whose pixels are tinted.
    private func draw(planes: [String], _ x: Double, on canvas: Canvas) {
        guard !planes.isEmpty else { return }
        canvas.font(7)
        canvas.text(
            canvas.fitted(planes.joined(separator: " "), to: Self.side), x + Self.side / 2, top + Self.side + 22,
            .center,
            ink: Self.masked)
    }

    private func stroke(on canvas: Canvas, _ path: () -> Void) {
        canvas.stroke(Self.shade, 3.2, path)
        canvas.stroke(Self.mark, 1.4, path)
    }

    private func text(_ text: String, _ x: Double, _ y: Double, on canvas: Canvas) {
        for (across, down) in [(-1.0, 0.0), (1, 0), (0, -1), (0, 1)] {
            canvas.text(text, x + across, y + down, .center, ink: Self.shade)
        }
        canvas.text(text, x, y, .center, ink: Self.mark)
    }

    /// Draws a cross with a gap at its centre.
    private func drawCross(_ x: Double, _ y: Double, on canvas: Canvas) {
        stroke(on: canvas) {
            for (across, down) in [(1.0, 0.0), (-1, 0), (0, 1), (0, -1)] {
                canvas.move(x + 5 * across, y + 5 * down)
                canvas.line(x + 10 * across, y + 10 * down)
            }
        }
    }

    /// The longest round length, arcsec, of at most a third of the frame.
    static func bar(pointsPerArcsecond: Double) -> Double? {
        [120, 60, 30, 20, 10, 5, 2, 1, 0.5].first { $0 * pointsPerArcsecond <= side / 3 }
    }

    private func drawBar(pointsPerArcsecond: Double, _ x: Double, on canvas: Canvas) {
        guard let seconds = Self.bar(pointsPerArcsecond: pointsPerArcsecond) else { return }
        let length = seconds * pointsPerArcsecond
        let y = top + Self.side - 6
        stroke(on: canvas) {
            canvas.move(x + 6, y)
            canvas.line(x + 6 + length, y)
        }
        canvas.font(7.5)
        text(String(format: "%g″", seconds), x + 6 + max(length, 12) / 2, y - 4, on: canvas)
    }

    private func drawCompass(_ x: Double, on canvas: Canvas) {
        let origin = SIMD2(x + Self.side - 14, top + Self.side - 8)
        canvas.font(7.5)
        for (letter, down) in [("N", SIMD2(0.0, -1)), ("E", SIMD2(-1, 0))] {
            let tip = origin + 10 * down
            stroke(on: canvas) {
                canvas.move(origin.x, origin.y)
                canvas.line(tip.x, tip.y)
            }
            let label = origin + 15 * down
            text(letter, label.x, label.y + 2.7, on: canvas)
        }
    }
}

/// An image's pixels as RGB, row by row: grey, tinted where the mask says that they are bad.
private struct GreyImage {
    /// The planes of a mask that say that a pixel has no value to be trusted: LSST's names, and `MASK` of a mask without names.
    private static let bad: Set = ["BAD", "SAT", "EDGE", "NO_DATA", "MASK"]
    /// A pixel without a value: bluish grey.
    private static let none: UInt32 = 0xff8a_93a8

    private(set) var rows: [UInt32]
    /// Those of ``bad`` that some pixel is in.
    let planes: [String]

    init(_ image: CutoutImage) {
        let (mask, bad) = (image.mask, image.mask?.bits(of: Self.bad) ?? 0)
        let seen = mask?.bits.reduce(0) { $0 | $1 & bad } ?? 0
        planes = mask?.planes.filter { Self.bad.contains($0.name) && seen >> UInt32($0.bit) & 1 == 1 }.map(\.name) ?? []
        let isBad = seen == 0 ? [] : (mask?.bits ?? []).map { $0 & bad != 0 }
        let stretch = AsinhStretch(image.pixels, variance: image.variance, leavingOut: isBad)
        rows = [UInt32](repeating: Self.none, count: image.pixels.count)
        for (index, pixel) in image.pixels.enumerated() {
            guard let grey = stretch.grey(pixel) else { continue }
            rows[index] = isBad.isEmpty || !isBad[index] ? 0xff00_0000 | UInt32(grey) * 0x01_0101 : Self.tinted(grey)
        }
    }

    /// Half a grey and half the colour of what is masked.
    private static func tinted(_ grey: UInt8) -> UInt32 {
        func half(_ part: UInt32) -> UInt32 { (UInt32(grey) + part) / 2 }
        return 0xff00_0000 | half(0xff) << 16 | half(0x6a) << 8 | half(0x10)
    }
}
