/// The marks in the panels and the legend of a plot.
enum Mark {
    /// A circle for a detection, a square for a forced measurement; hollow where it was not fitted.
    static func point(isForced: Bool, isFitted: Bool, _ x: Double, _ y: Double, ink: Ink, on canvas: Canvas) {
        func path() {
            if isForced { canvas.rectangle(x - 2.6, y - 2.6, 5.2, 5.2) } else { canvas.circle(x, y, 3.2) }
        }
        canvas.fill(isFitted ? ink : .white, path)
        if !isFitted { canvas.stroke(ink, 1.1, path) }
    }

    /// A ring around the alert's own point.
    static func alert(_ x: Double, _ y: Double, on canvas: Canvas) {
        canvas.stroke(.black, 1.1) { canvas.circle(x, y, 6) }
    }

    /// A downward arrow from an upper limit.
    static func limit(_ x: Double, _ y: Double, on canvas: Canvas) {
        canvas.stroke(.limit, 1) {
            canvas.move(x - 3.5, y)
            canvas.line(x + 3.5, y)
            canvas.move(x, y)
            canvas.line(x, y + 9)
            canvas.move(x - 2.4, y + 6)
            canvas.line(x, y + 9)
            canvas.line(x + 2.4, y + 6)
        }
    }

    /// A triangle that points to a value beyond the edge.
    static func beyond(_ x: Double, edge: Double, isAbove: Bool, isFilled: Bool, ink: Ink, on canvas: Canvas) {
        let inward = isAbove ? 1.0 : -1.0
        func path() {
            canvas.move(x, edge + 2 * inward)
            canvas.line(x - 4, edge + 9 * inward)
            canvas.line(x + 4, edge + 9 * inward)
            canvas.close()
        }
        canvas.fill(isFilled ? ink : .white, path)
        canvas.stroke(ink, 1.1, path)
    }
}
