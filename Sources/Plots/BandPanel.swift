internal import Foundation

/// The panels of one band: fluxes and, with a fit, residuals below.
struct BandPanel {
    let band: LightCurvePlot.Band
    let time: Axis
    let unit: LightCurvePlot.FluxUnit
    let frame: PanelFrame

    /// The bands' colours: those of Okabe and Ito, which are distinct for colour-blind people.
    private static let inks: [Character: Int] = [
        "u": 0x56B4E9, "g": 0x009E73, "r": 0xD55E00, "i": 0xCC79A7, "z": 0x0072B2, "y": 0xE69F00,
    ]

    private var ink: Ink { ink(alpha: 1) }
    private func ink(alpha: Double) -> Ink { Ink(Self.inks[band.name.last ?? " "] ?? 0x4D4D4D, alpha: alpha) }
    private var left: Double { time.start }
    private var width: Double { time.end - time.start }
    private var top: Double { frame.top }
    private var height: Double { frame.height }

    func draw(on canvas: Canvas) {
        let range = FluxRange.of(band)
        let flux = Axis(low: range.lowerBound, high: range.upperBound, start: top + height, end: top)
        canvas.clipped(left, top, width, height) {
            drawGrid(flux, on: canvas)
            drawCurve(flux, on: canvas)
            for limit in band.limits { draw(limit, flux, on: canvas) }
        }
        for point in band.points { draw(point, flux, on: canvas) }
        drawFrame(flux, on: canvas)
        if frame.pullHeight > 0 {
            PullPanel(band: band, time: time, top: frame.pullTop, height: frame.pullHeight, ink: ink).draw(on: canvas)
        }
    }

    /// Whether a band has points or limits beyond its panels.
    static func hasMarksAtEdges(_ band: LightCurvePlot.Band) -> Bool {
        let range = FluxRange.of(band)
        return band.points.contains { !range.contains($0.flux) } || band.limits.contains { $0.flux > range.upperBound }
            || PullPanel.pulls(of: band).contains { abs($0.pull) > PullPanel.most }
    }

    // MARK: - Fluxes

    private func drawGrid(_ flux: Axis, on canvas: Canvas) {
        canvas.stroke(.faint, 0.8) {
            canvas.move(left, flux.position(of: 0))
            canvas.line(left + width, flux.position(of: 0))
        }
    }

    private func drawCurve(_ flux: Axis, on canvas: Canvas) {
        guard let curve = band.curve, curve.mjds.count > 1 else { return }
        let far = 1e4
        func y(_ value: Double) -> Double { min(far, max(-far, flux.position(of: value))) }
        canvas.fill(ink(alpha: 0.18)) {
            for (index, mjd) in curve.mjds.enumerated() {
                canvas.line(time.position(of: mjd), y(curve.fluxes[index] + curve.errors[index]))
            }
            for index in curve.mjds.indices.reversed() {
                canvas.line(time.position(of: curve.mjds[index]), y(curve.fluxes[index] - curve.errors[index]))
            }
            canvas.close()
        }
        canvas.stroke(ink, 1.4) {
            for (index, mjd) in curve.mjds.enumerated() { canvas.line(time.position(of: mjd), y(curve.fluxes[index])) }
        }
    }

    private func draw(_ limit: (mjd: Double, flux: Double), _ flux: Axis, on canvas: Canvas) {
        let x = time.position(of: limit.mjd)
        guard limit.flux <= flux.high else {
            return Mark.beyond(x, edge: top, isAbove: true, isFilled: false, ink: .limit, on: canvas)
        }
        Mark.limit(x, flux.clamped(limit.flux), on: canvas)
    }

    private func draw(_ point: LightCurvePlot.Point, _ flux: Axis, on canvas: Canvas) {
        let x = time.position(of: point.mjd)
        guard flux.contains(point.flux) else {
            let isAbove = point.flux > flux.high
            return Mark.beyond(
                x, edge: isAbove ? top : top + height, isAbove: isAbove, isFilled: point.isFitted, ink: ink, on: canvas)
        }
        let y = flux.position(of: point.flux)
        canvas.stroke(ink, 1.1) {
            canvas.move(x, flux.clamped(point.flux - point.error))
            canvas.line(x, flux.clamped(point.flux + point.error))
        }
        Mark.point(isForced: point.isForced, isFitted: point.isFitted, x, y, ink: ink, on: canvas)
        if point.isAlert { Mark.alert(x, y, on: canvas) }
    }

    // MARK: - Frames and labels

    private func drawFrame(_ flux: Axis, on canvas: Canvas) {
        canvas.stroke(.black, 0.9) { canvas.rectangle(left, top, width, height) }
        canvas.font(9.5)
        let ticks = flux.ticks(5)
        for value in ticks.values {
            let y = flux.position(of: value)
            canvas.stroke(.black, 0.9) {
                canvas.move(left, y)
                canvas.line(left + 4, y)
            }
            canvas.text(AxisNumber.text(value, ticks.decimals), left - 5, y + 3.4, .right)
        }
        drawMagnitudes(flux, on: canvas)
        canvas.font(11.5, isBold: true)
        canvas.text(canvas.fitted(band.name, to: 90), left + 9, top + 17, ink: ink)
    }

    /// Magnitudes at the right, at readable distances.
    private func drawMagnitudes(_ flux: Axis, on canvas: Canvas) {
        canvas.font(9.5)
        guard flux.high > 0 else { return }
        let brightest = unit.zeroPoint - 2.5 * log10(flux.high)
        var labels: [Double] = []
        // Whole magnitudes first, then halves and quarters where they fit.
        for (step, digits) in [(1.0, 0), (0.5, 1), (0.25, 2)] {
            var magnitude = (brightest / step).rounded(.up) * step
            while magnitude < brightest + 4 {
                let y = flux.position(of: pow(10, 0.4 * (unit.zeroPoint - magnitude)))
                if y > top + 5, y < top + height - 3, !labels.contains(where: { abs($0 - y) < 14 }) {
                    canvas.stroke(.black, 0.9) {
                        canvas.move(left + width, y)
                        canvas.line(left + width - 4, y)
                    }
                    canvas.text(String(format: "%.\(digits)f", magnitude), left + width + 5, y + 3.4)
                    labels.append(y)
                }
                magnitude += step
            }
        }
    }
}
