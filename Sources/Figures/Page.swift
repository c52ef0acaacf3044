internal import Foundation

/// Lays a figure out: the bands one above the other at the left, cutouts and numbers at the right.
struct Page {
    static let width = 900.0
    private static let left = 66.0
    private static let right = 590.0
    private static let side = 650.0
    private static let firstTop = 74.0

    let figure: LightCurveFigure
    private let panelHeight: Double
    private let pullHeight: Double

    init(_ figure: LightCurveFigure) {
        self.figure = figure
        let count = Double(max(1, figure.bands.count))
        panelHeight = count > 3 ? 110 : count > 1 ? 150 : 250
        pullHeight = count > 3 ? 36 : 46
    }

    private var bandHeight: Double { panelHeight + pullHeight + 12 }
    private var bottom: Double { Self.firstTop + bandHeight * Double(max(1, figure.bands.count)) - 12 }
    /// The right column's texts need their room too.
    var height: Double { max(bottom + 48, sideBottom + 24) }

    private var textTop: Double { Self.firstTop + (figure.cutouts.isEmpty ? 0 : 108) }
    private var sideBottom: Double {
        textTop + 20 * Double(figure.parameters.count) + 18 * Double(noteLines.count) + 118
    }

    func draw(on canvas: Canvas) {
        drawTitle(on: canvas)
        let time = timeAxis
        for (index, band) in figure.bands.enumerated() {
            let top = Self.firstTop + bandHeight * Double(index)
            BandPanel(
                band: band, time: time, isLowest: index == figure.bands.count - 1, top: top, height: panelHeight,
                pullTop: top + panelHeight, pullHeight: pullHeight
            ).draw(on: canvas)
        }
        drawTimes(time, on: canvas)
        drawCutouts(on: canvas)
        drawNumbers(on: canvas)
    }

    // MARK: - Title and times

    private func drawTitle(on canvas: Canvas) {
        canvas.font(17, isBold: true)
        let name = canvas.fitted(figure.objectId, to: 420)
        canvas.text(name, Self.left, 30)
        let after = Self.left + canvas.width(name) + 16
        canvas.font(11)
        canvas.text(
            canvas.fitted("candid \(figure.candid)   \(figure.date)", to: Self.width - after - 20), after, 30,
            ink: .grey)
    }

    private var timeAxis: Axis {
        let points = figure.bands.flatMap { $0.points.map(\.mjd) + $0.limits.map(\.mjd) }
        let curves = figure.bands.compactMap(\.curve).flatMap { [$0.mjds.first, $0.mjds.last].compactMap { $0 } }
        let all = points + (points.isEmpty ? curves : [])
        let (low, high) = (all.min() ?? 0, all.max() ?? 1)
        // The curve may go on a little beyond the points, not for months.
        let pad = max(3, 0.05 * (high - low))
        return Axis(low: low - pad, high: high + pad, start: Self.left, end: Self.right)
    }

    private func drawTimes(_ time: Axis, on canvas: Canvas) {
        canvas.font(9.5)
        let ticks = time.ticks(6)
        for value in ticks.values {
            let x = time.place(value)
            for index in figure.bands.indices {
                let top = Self.firstTop + bandHeight * Double(index)
                canvas.stroke(.black, 0.9) {
                    canvas.move(x, top + panelHeight + pullHeight)
                    canvas.line(x, top + panelHeight + pullHeight - 4)
                }
            }
            canvas.text(String(format: "%.\(ticks.decimals)f", value), x, bottom + 14, .center)
        }
        canvas.font(10.5)
        canvas.text("MJD", (Self.left + Self.right) / 2, bottom + 32, .center)
        let middle = (Self.firstTop + bottom) / 2
        canvas.text("flux at zero point 25 AB, and pull", 17, middle, .center, isUpright: true)
        canvas.text("mag AB", Self.right + 42, middle, .center, isUpright: true)
        guard let t0 = figure.t0 else { return }
        let days = Axis(low: time.low - t0, high: time.high - t0, start: time.start, end: time.end)
        canvas.font(9.5)
        for value in days.ticks(6).values {
            let x = days.place(value)
            canvas.stroke(.black, 0.9) {
                canvas.move(x, Self.firstTop)
                canvas.line(x, Self.firstTop + 4)
            }
            // Adding nought turns a negative nought into nought.
            canvas.text(RoundedValue.sign(String(format: "%g", value + 0)), x, Self.firstTop - 5, .center)
        }
        canvas.text("days from t0", Self.right, Self.firstTop - 18, .right, ink: .grey)
    }

    // MARK: - Cutouts

    private func drawCutouts(on canvas: Canvas) {
        let side = 72.0
        for (index, cutout) in figure.cutouts.prefix(3).enumerated() {
            let x = Self.side + Double(index) * (side + 5)
            if let image = cutout.image {
                canvas.image(
                    Self.pixels(image), width: image.width, height: image.height, x, Self.firstTop, side: side)
            } else if let failure = cutout.failure {
                canvas.font(8)
                let middle = Self.firstTop + side / 2 + 3
                canvas.text(canvas.fitted(failure, to: side - 4), x + side / 2, middle, .center, ink: .grey)
            }
            canvas.stroke(.black, 0.7) { canvas.rectangle(x, Self.firstTop, side, side) }
            canvas.font(9.5)
            canvas.text(canvas.fitted(cutout.label, to: side), x + side / 2, Self.firstTop + side + 13, .center)
        }
    }

    /// Grey pixels from the top row down; a pixel without a value is a bluish grey of its own.
    private static func pixels(_ image: CutoutImage) -> [UInt32] {
        let stretch = AsinhStretch(image.pixels)
        var rows = [UInt32](repeating: 0xff8a_93a8, count: image.pixels.count)
        for row in 0..<image.height {
            for column in 0..<image.width {
                guard let grey = stretch.grey(image.pixels[(image.height - 1 - row) * image.width + column]) else {
                    continue
                }
                rows[row * image.width + column] = 0xff00_0000 | UInt32(grey) * 0x01_0101
            }
        }
        return rows
    }

    // MARK: - Numbers

    private static let sideWidth = width - side - 20

    private var noteLines: [String] { (figure.failure.map { ["no fit to trust: \($0)"] } ?? []) + figure.notes }

    private func drawNumbers(on canvas: Canvas) {
        var y = textTop + 12
        for parameter in figure.parameters {
            canvas.font(11, isBold: true)
            canvas.text(canvas.fitted(parameter.name, to: 50), Self.side, y)
            canvas.font(11)
            canvas.text(
                canvas.fitted(RoundedValue.text(parameter.value, error: parameter.error), to: Self.sideWidth - 34),
                Self.side + 34, y)
            y += 20
        }
        y += figure.parameters.isEmpty ? 0 : 4
        canvas.font(10)
        for (index, line) in noteLines.enumerated() {
            let isFailure = figure.failure != nil && index == 0
            canvas.text(
                canvas.fitted(line, to: Self.sideWidth), Self.side, y, ink: isFailure ? Ink(0xB00020) : .black)
            y += 18
        }
        drawLegend(y + 10, on: canvas)
    }

    private func drawLegend(_ top: Double, on canvas: Canvas) {
        let x = Self.side + 6
        let ink = Ink(0x4d4d4d)
        let rows: [(String, (Double) -> Void)] = [
            ("detection", { y in canvas.fill(ink) { canvas.circle(x, y, 3.2) } }),
            ("forced photometry", { y in canvas.fill(ink) { canvas.rectangle(x - 2.6, y - 2.6, 5.2, 5.2) } }),
            ("not in the fit", { y in canvas.stroke(ink, 1.1) { canvas.circle(x, y, 3.2) } }),
            ("this alert", { y in canvas.stroke(.black, 1.1) { canvas.circle(x, y, 6) } }),
            (
                "5σ limit",
                { y in
                    canvas.stroke(Ink(0x8c8c8c), 1) {
                        canvas.move(x - 3.5, y - 4)
                        canvas.line(x + 3.5, y - 4)
                        canvas.move(x, y - 4)
                        canvas.line(x, y + 5)
                        canvas.move(x - 2.4, y + 2)
                        canvas.line(x, y + 5)
                        canvas.line(x + 2.4, y + 2)
                    }
                }
            ),
        ]
        canvas.font(9.5)
        for (index, row) in rows.enumerated() {
            let y = top + 17 * Double(index)
            row.1(y)
            canvas.text(row.0, x + 14, y + 3.5, ink: .grey)
        }
    }
}

extension LightCurveFigure {
    /// The picture as PNG.
    ///
    /// - Parameter width: Pixels across, 300 to 8,000.
    /// - Returns: The file.
    /// - Throws: ``FiguresError`` for another width, and where cairo cannot draw.
    package func png(width: Int = 900) throws(FiguresError) -> [UInt8] {
        guard (300...8_000).contains(width) else {
            throw FiguresError(.cannotDraw, detail: "a picture \(width) pixels wide; 300 to 8000 can be drawn")
        }
        return try drawn(pixels: width)
    }

    /// The picture as SVG.
    package func svg() throws(FiguresError) -> [UInt8] { try drawn(pixels: nil) }

    private func drawn(pixels: Int?) throws(FiguresError) -> [UInt8] {
        let page = Page(self)
        let canvas = try Canvas(width: Page.width, height: page.height, pixels: pixels)
        page.draw(on: canvas)
        return try canvas.finish()
    }
}
