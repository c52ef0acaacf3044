internal import Foundation

/// The position of a band's panels on the page, points.
struct PanelFrame {
    let top: Double
    let height: Double
    /// Height of the panel of residuals; 0 without a fit.
    let pullHeight: Double

    var pullTop: Double { top + height }
    var bottom: Double { top + height + pullHeight }
}

/// The layout of a plot: the bands at the left, cutouts and numbers at the right.
struct Page {
    static let width = 900.0
    private static let left = 66.0
    private static let right = 590.0
    private static let sideLeft = 650.0
    private static let gap = 12.0
    /// Days for which a curve is shown before and after the points.
    private static let furthest = 60.0

    let plot: LightCurvePlot
    /// Top of the first panel, below the axes of days.
    private let firstTop: Double
    private let bands: [LightCurvePlot.Band]
    private let frames: [PanelFrame]
    private let side: SideColumn

    init(_ plot: LightCurvePlot) throws(PlotError) {
        self.plot = plot
        bands = Self.drawn(of: plot)
        firstTop = plot.t0 == nil ? 56 : 88
        frames = Self.frames(of: bands, from: firstTop)
        side = SideColumn(
            plot, left: Self.sideLeft, width: Self.width - Self.sideLeft - 20,
            measuredOn: try Canvas(width: 1, height: 1, form: .png(width: 1)))
    }

    /// The bands with points or limits.
    static func drawn(of plot: LightCurvePlot) -> [LightCurvePlot.Band] {
        plot.bands.filter { !$0.points.isEmpty || !$0.limits.isEmpty }
    }

    static func frames(of bands: [LightCurvePlot.Band], from firstTop: Double) -> [PanelFrame] {
        let count = bands.count
        let height = count > 3 ? 110.0 : count > 1 ? 150 : 250
        var top = firstTop
        return bands.map { band in
            let hasPulls = !PullPanel.pulls(of: band).isEmpty
            let frame = PanelFrame(top: top, height: height, pullHeight: hasPulls ? (count > 3 ? 36 : 46) : 0)
            top = frame.bottom + gap
            return frame
        }
    }

    private var bottom: Double { frames.last?.bottom ?? firstTop + 150 }
    private var textTop: Double { firstTop + (plot.cutouts.isEmpty ? 0 : CutoutStrip.height) }
    /// The page's height, which also fits the right column.
    var height: Double { max(bottom + 48, textTop + side.height + 20) }

    func draw(on canvas: Canvas) {
        drawTitle(on: canvas)
        let time = Self.timeAxis(of: bands)
        for (band, frame) in zip(bands, frames) {
            BandPanel(band: band, time: time, unit: plot.fluxUnit, frame: frame).draw(on: canvas)
        }
        drawTimes(time, on: canvas)
        drawLabels(on: canvas)
        drawDays(time, on: canvas)
        CutoutStrip(cutouts: plot.cutouts, left: Self.sideLeft, top: firstTop).draw(on: canvas)
        side.draw(from: textTop, on: canvas)
    }

    // MARK: - Title and times

    private func drawTitle(on canvas: Canvas) {
        canvas.font(17, isBold: true)
        let name = canvas.fitted(plot.objectId, to: 420)
        canvas.text(name, Self.left, 30)
        let after = Self.left + canvas.width(name) + 16
        canvas.font(11)
        canvas.text(
            canvas.fitted("\(plot.idName) \(plot.id)   \(plot.date)", to: Self.width - after - 20), after, 30,
            ink: .grey)
    }

    /// The time axis, which includes all points and limits, and the curve up to ``furthest`` from them.
    static func timeAxis(of bands: [LightCurvePlot.Band]) -> Axis {
        let points = bands.flatMap { $0.points.map(\.mjd) + $0.limits.map(\.mjd) }
        let (first, last) = (points.min() ?? 0, points.max() ?? 1)
        let pad = max(3, 0.05 * (last - first))
        let curves = bands.compactMap(\.curve)
        let starts = curves.compactMap(\.mjds.first) + [first - pad]
        let ends = curves.compactMap(\.mjds.last) + [last + pad]
        return Axis(
            low: max(first - pad - furthest, starts.min() ?? first),
            high: min(last + pad + furthest, ends.max() ?? last),
            start: left, end: right)
    }

    private func drawTimes(_ time: Axis, on canvas: Canvas) {
        canvas.font(9.5)
        let ticks = time.ticks(6)
        for value in ticks.values {
            let x = time.position(of: value)
            for frame in frames {
                canvas.stroke(.black, 0.9) {
                    canvas.move(x, frame.bottom)
                    canvas.line(x, frame.bottom - 4)
                }
            }
            canvas.text(String(format: "%.\(ticks.decimals)f", value), x, bottom + 14, .center)
        }
    }

    private func drawLabels(on canvas: Canvas) {
        canvas.font(10.5)
        let scale = plot.timeScale.isEmpty ? "" : " (\(plot.timeScale))"
        canvas.text(canvas.fitted("MJD" + scale, to: 400), (Self.left + Self.right) / 2, bottom + 32, .center)
        let middle = (firstTop + bottom) / 2
        let hasPulls = frames.contains { $0.pullHeight > 0 }
        canvas.text(
            "flux, \(plot.fluxUnit.symbol)" + (hasPulls ? "; below it (flux − model) / σ" : ""), 17, middle, .center,
            isUpright: true)
        canvas.text("mag AB", Self.right + 48, middle, .center, isUpright: true)
    }

    /// Draws the axes of days from t0: in the observer's frame on top of the panels, and in the rest frame above.
    private func drawDays(_ time: Axis, on canvas: Canvas) {
        guard let t0 = plot.t0, !frames.isEmpty else { return }
        drawDays(time, from: t0, lengthened: 1, at: firstTop, "days from t0, observer", on: canvas)
        guard let redshift = plot.redshift, redshift > -1, redshift < 1e3 else { return }
        let y = firstTop - 22
        canvas.stroke(.grey, 0.9) {
            canvas.move(time.start, y)
            canvas.line(time.end, y)
        }
        drawDays(time, from: t0, lengthened: 1 + redshift, at: y, "days from t0, rest frame", on: canvas)
    }

    private func drawDays(
        _ time: Axis, from t0: Double, lengthened stretch: Double, at y: Double, _ label: String, on canvas: Canvas
    ) {
        let days = Axis(
            low: (time.low - t0) / stretch, high: (time.high - t0) / stretch, start: time.start, end: time.end)
        canvas.font(9.5)
        for value in days.ticks(6).values {
            let x = days.position(of: value)
            canvas.stroke(.black, 0.9) {
                canvas.move(x, y)
                canvas.line(x, y + 4)
            }
            // Adding 0 turns a negative zero into a positive one.
            canvas.text(RoundedValue.sign(String(format: "%g", value + 0)), x, y - 5, .center)
        }
        canvas.text(label, Self.right + 8, y - 4, ink: .grey)
    }
}
