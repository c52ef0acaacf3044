internal import FITS
internal import Foundation

/// The cutouts side by side, each with a cross at the alert's position, a scale bar, and a compass where north is known.
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

    private func draw(_ image: CutoutImage, _ sky: ImageSky?, hasScale: Bool, _ x: Double, on canvas: Canvas) {
        let turned = TurnedImage(image, ImageTurn(sky?.axes))
        // A cutout at a detector's edge is not square, but its pixels are: the rest of the frame stays empty.
        let pixel = Self.side / Double(max(turned.width, turned.height))
        let (width, height) = (pixel * Double(turned.width), pixel * Double(turned.height))
        let corner = SIMD2(x + (Self.side - width) / 2, top + (Self.side - height) / 2)
        canvas.image(
            turned.rows, width: turned.width, height: turned.height, corner.x, corner.y, pixelSide: pixel)
        guard let sky else { return }
        if let position = sky.position {
            let fraction = turned.turn.fraction(
                SIMD2((position.x - 0.5) / Double(image.width), (position.y - 0.5) / Double(image.height)))
            if (0...1).contains(fraction.x), (0...1).contains(fraction.y) {
                drawCross(corner.x + fraction.x * width, corner.y + (1 - fraction.y) * height, on: canvas)
            }
        }
        guard hasScale else { return }
        drawBar(pointsPerArcsecond: pixel / sky.pixelScale, x, on: canvas)
        if let axes = sky.axes {
            drawCompass(
                north: turned.turn.direction(axes.north), east: turned.turn.direction(axes.east), x, on: canvas)
        }
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

    private func drawCompass(north: SIMD2<Double>, east: SIMD2<Double>, _ x: Double, on canvas: Canvas) {
        let origin = SIMD2(x + Self.side - 14, top + Self.side - 8)
        canvas.font(7.5)
        for (letter, direction) in [("N", north), ("E", east)] {
            let down = SIMD2(direction.x, -direction.y)
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

/// An image's grey pixels from the top row down, oriented for the page.
private struct TurnedImage {
    let turn: ImageTurn
    let width: Int
    let height: Int
    /// The pixels as RGB; one without a value is bluish grey.
    private(set) var rows: [UInt32]

    init(_ image: CutoutImage, _ turn: ImageTurn) {
        self.turn = turn
        (width, height) = turn.isTransposed ? (image.height, image.width) : (image.width, image.height)
        rows = [UInt32](repeating: 0xff8a_93a8, count: image.pixels.count)
        let stretch = AsinhStretch(image.pixels)
        // The index of the page's first pixel in the image, and the steps to the next column and row.
        var (across, down) = turn.isTransposed ? (image.width, -1) : (1, -image.width)
        var start = turn.isTransposed ? image.width - 1 : (image.height - 1) * image.width
        if turn.isXReversed {
            start += across * (width - 1)
            across = -across
        }
        if turn.isYReversed {
            start += down * (height - 1)
            down = -down
        }
        var next = 0
        for row in 0..<height {
            var at = start + row * down
            for _ in 0..<width {
                if let grey = stretch.grey(image.pixels[at]) { rows[next] = 0xff00_0000 | UInt32(grey) * 0x01_0101 }
                next += 1
                at += across
            }
        }
    }
}
