internal import Foundation

/// One band of a light curve: fluxes above, residuals below.
struct BandPanel {
    let band: LightCurveFigure.Band
    let time: Axis
    let isLowest: Bool
    /// Top of the panel, and of its residuals; heights of both.
    let top: Double
    let height: Double
    let pullTop: Double
    let pullHeight: Double

    private static let inks: [Character: Int] = [
        "u": 0x56B4E9, "g": 0x009E73, "r": 0xD55E00, "i": 0xAA4499, "z": 0xB58900, "y": 0x4D4D4D,
    ]

    private var ink: Ink { Ink(Self.inks[band.name.last ?? " "] ?? 0x0072B2) }
    private var left: Double { time.start }
    private var width: Double { time.end - time.start }

    func draw(on canvas: Canvas) {
        let flux = fluxAxis
        canvas.clipped(left, top, width, height) {
            drawGrid(flux, on: canvas)
            drawCurve(flux, on: canvas)
            for limit in band.limits { drawLimit(limit, flux, on: canvas) }
        }
        for point in band.points { draw(point, flux, on: canvas) }
        drawFrame(flux, on: canvas)
        drawPulls(on: canvas)
    }

    // MARK: - Fluxes

    /// Holds the curve and the points; a point far off the rest is drawn at the edge.
    private var fluxAxis: Axis {
        let peak = band.curve.map { zip($0.fluxes, $0.errors).map { $0 + $1 }.filter(\.isFinite).max() ?? 0 } ?? 0
        let highs = band.points.map { $0.flux + $0.error }
        let lows = band.points.map { $0.flux - $0.error }
        let limits = band.limits.map(\.flux)
        // Three times the curve's height and the median point's show all that belongs together.
        let median = highs.sorted().dropFirst(highs.count / 2).first ?? 0
        let most = 3 * max(peak, median, limits.max() ?? 0, 1e-30)
        let high = max(peak, highs.max() ?? 0, limits.max() ?? 0)
        let low = min(0, lows.min() ?? 0)
        let top = min(high, most) > 0 ? max(min(high, most), 1e-30) : 1
        return Axis(low: max(low, -top) - 0.06 * top, high: 1.1 * top, start: self.top + height, end: self.top)
    }

    private func drawGrid(_ flux: Axis, on canvas: Canvas) {
        canvas.stroke(.faint, 0.8) {
            canvas.move(left, flux.place(0))
            canvas.line(left + width, flux.place(0))
        }
    }

    private func drawCurve(_ flux: Axis, on canvas: Canvas) {
        guard let curve = band.curve, curve.mjds.count > 1 else { return }
        let far = 1e4
        func y(_ value: Double) -> Double { min(far, max(-far, flux.place(value))) }
        canvas.fill(Ink(Self.inks[band.name.last ?? " "] ?? 0x0072B2, alpha: 0.18)) {
            for (index, mjd) in curve.mjds.enumerated() {
                canvas.line(time.place(mjd), y(curve.fluxes[index] + curve.errors[index]))
            }
            for index in curve.mjds.indices.reversed() {
                canvas.line(time.place(curve.mjds[index]), y(curve.fluxes[index] - curve.errors[index]))
            }
            canvas.close()
        }
        canvas.stroke(ink, 1.4) {
            for (index, mjd) in curve.mjds.enumerated() { canvas.line(time.place(mjd), y(curve.fluxes[index])) }
        }
    }

    private func drawLimit(_ limit: (mjd: Double, flux: Double), _ flux: Axis, on canvas: Canvas) {
        let (x, y) = (time.place(limit.mjd), flux.clamped(limit.flux))
        canvas.stroke(Ink(0x8c8c8c), 1) {
            canvas.move(x - 3.5, y)
            canvas.line(x + 3.5, y)
            canvas.move(x, y)
            canvas.line(x, y + 9)
            canvas.move(x - 2.4, y + 6)
            canvas.line(x, y + 9)
            canvas.line(x + 2.4, y + 6)
        }
    }

    private func draw(_ point: LightCurveFigure.Point, _ flux: Axis, on canvas: Canvas) {
        let x = time.place(point.mjd)
        guard flux.contains(point.flux) else { return drawOutside(x, isAbove: point.flux > flux.high, on: canvas) }
        let y = flux.place(point.flux)
        canvas.stroke(ink, 1.1) {
            canvas.move(x, flux.clamped(point.flux - point.error))
            canvas.line(x, flux.clamped(point.flux + point.error))
        }
        mark(point, x, y, on: canvas)
        guard point.isAlert else { return }
        canvas.stroke(.black, 1.1) { canvas.circle(x, y, 6) }
    }

    /// A circle for a detection, a square for a forced measurement; hollow where it was not fitted.
    private func mark(_ point: LightCurveFigure.Point, _ x: Double, _ y: Double, on canvas: Canvas) {
        func path() {
            if point.isForced { canvas.rectangle(x - 2.6, y - 2.6, 5.2, 5.2) } else { canvas.circle(x, y, 3.2) }
        }
        canvas.fill(point.isFitted ? ink : .white, path)
        if !point.isFitted { canvas.stroke(ink, 1.1, path) }
    }

    /// A triangle at the edge for a point beyond it.
    private func drawOutside(_ x: Double, isAbove: Bool, on canvas: Canvas) {
        let (tip, base) = isAbove ? (top + 2, top + 9) : (top + height - 2, top + height - 9)
        canvas.stroke(ink, 1.1) {
            canvas.move(x, tip)
            canvas.line(x - 4, base)
            canvas.line(x + 4, base)
            canvas.close()
        }
    }

    // MARK: - Frames and labels

    private func drawFrame(_ flux: Axis, on canvas: Canvas) {
        canvas.stroke(.black, 0.9) { canvas.rectangle(left, top, width, height) }
        canvas.font(9.5)
        let ticks = flux.ticks(5)
        for value in ticks.values {
            let y = flux.place(value)
            canvas.stroke(.black, 0.9) {
                canvas.move(left, y)
                canvas.line(left + 4, y)
            }
            canvas.text(Self.number(value, ticks.decimals), left - 5, y + 3.4, .right)
        }
        drawMagnitudes(flux, on: canvas)
        canvas.font(11.5, isBold: true)
        canvas.text(canvas.fitted(band.name, to: 90), left + 9, top + 17, ink: ink)
    }

    private static func number(_ value: Double, _ decimals: Int) -> String {
        if value == 0 { return "0" }
        let isPlain = abs(value) < 1e6 && decimals < 5
        return RoundedValue.sign(String(format: isPlain ? "%.\(decimals)f" : "%.1e", value))
    }

    /// Magnitudes at the right, where they are far enough from each other to be read.
    private func drawMagnitudes(_ flux: Axis, on canvas: Canvas) {
        canvas.font(9.5)
        guard flux.high > 0 else { return }
        let brightest = 25 - 2.5 * log10(flux.high)
        var taken: [Double] = []
        // Round ones first: whole magnitudes, then halves and quarters where there is room.
        for (step, digits) in [(1.0, 0), (0.5, 1), (0.25, 2)] {
            var magnitude = (brightest / step).rounded(.up) * step
            while magnitude < brightest + 4 {
                let y = flux.place(pow(10, 0.4 * (25 - magnitude)))
                if y > top + 5, y < top + height - 3, !taken.contains(where: { abs($0 - y) < 14 }) {
                    canvas.stroke(.black, 0.9) {
                        canvas.move(left + width, y)
                        canvas.line(left + width - 4, y)
                    }
                    canvas.text(String(format: "%.\(digits)f", magnitude), left + width + 5, y + 3.4)
                    taken.append(y)
                }
                magnitude += step
            }
        }
    }

    // MARK: - Residuals

    private func drawPulls(on canvas: Canvas) {
        let pulls = band.points.compactMap { point in
            point.model.flatMap { model in
                let pull = (point.flux - model) / point.error
                return pull.isFinite ? (point, pull) : nil
            }
        }
        let reach = min(8, max(3, pulls.map { abs($0.1) }.max() ?? 3)) * 1.15
        let axis = Axis(low: -reach, high: reach, start: pullTop + pullHeight, end: pullTop)
        canvas.fill(Ink(0xf0f0f0)) {
            canvas.rectangle(left, axis.place(1), width, axis.place(-1) - axis.place(1))
        }
        canvas.stroke(Ink(0xb0b0b0), 0.8) {
            canvas.move(left, axis.place(0))
            canvas.line(left + width, axis.place(0))
        }
        for (point, pull) in pulls {
            let (x, y) = (time.place(point.mjd), axis.clamped(pull))
            canvas.stroke(ink, 1) {
                canvas.move(x, axis.clamped(pull - 1))
                canvas.line(x, axis.clamped(pull + 1))
            }
            mark(point, x, y, on: canvas)
        }
        canvas.stroke(.black, 0.9) { canvas.rectangle(left, pullTop, width, pullHeight) }
        canvas.font(9.5)
        let step = reach > 5 ? 5.0 : 2.0
        for value in [-step, 0, step] {
            let y = axis.place(value)
            canvas.stroke(.black, 0.9) {
                canvas.move(left, y)
                canvas.line(left + 4, y)
            }
            canvas.text(Self.number(value, 0), left - 5, y + 3.4, .right)
        }
    }
}
