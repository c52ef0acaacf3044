/// The panel of a band's residuals, (flux - model) / error.
struct PullPanel {
    let band: LightCurvePlot.Band
    let time: Axis
    let top: Double
    let height: Double
    let ink: Ink

    /// Largest pull that is shown; a larger one is a triangle at the edge.
    static let most = 8.0

    private var left: Double { time.start }
    private var width: Double { time.end - time.start }

    func draw(on canvas: Canvas) {
        let pulls = Self.pulls(of: band)
        // With space for half a mark beyond the largest.
        let reach = min(Self.most, max(3, pulls.map { abs($0.pull) }.max() ?? 3)) * 1.15
        let axis = Axis(low: -reach, high: reach, start: top + height, end: top)
        canvas.fill(Ink(0xf0f0f0)) {
            canvas.rectangle(left, axis.position(of: 1), width, axis.position(of: -1) - axis.position(of: 1))
        }
        canvas.stroke(Ink(0xb0b0b0), 0.8) {
            canvas.move(left, axis.position(of: 0))
            canvas.line(left + width, axis.position(of: 0))
        }
        for (point, pull) in pulls { draw(point, pull, axis, on: canvas) }
        canvas.stroke(.black, 0.9) { canvas.rectangle(left, top, width, height) }
        canvas.font(9.5)
        let step = reach > 5 ? 5.0 : 2.0
        for value in [-step, 0, step] {
            let y = axis.position(of: value)
            canvas.stroke(.black, 0.9) {
                canvas.move(left, y)
                canvas.line(left + 4, y)
            }
            canvas.text(AxisNumber.text(value, 0), left - 5, y + 3.4, .right)
        }
    }

    static func pulls(of band: LightCurvePlot.Band) -> [(point: LightCurvePlot.Point, pull: Double)] {
        band.points.compactMap { point in
            guard let model = point.model else { return nil }
            let pull = (point.flux - model) / point.error
            return pull.isFinite ? (point, pull) : nil
        }
    }

    private func draw(_ point: LightCurvePlot.Point, _ pull: Double, _ axis: Axis, on canvas: Canvas) {
        let x = time.position(of: point.mjd)
        guard abs(pull) <= Self.most else {
            let isAbove = pull > 0
            return Mark.beyond(
                x, edge: isAbove ? top : top + height, isAbove: isAbove, isFilled: point.isFitted, ink: ink, on: canvas)
        }
        let y = axis.position(of: pull)
        canvas.stroke(ink, 1) {
            canvas.move(x, axis.clamped(pull - 1))
            canvas.line(x, axis.clamped(pull + 1))
        }
        Mark.point(isForced: point.isForced, isFitted: point.isFitted, x, y, ink: ink, on: canvas)
    }
}
