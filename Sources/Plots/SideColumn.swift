internal import Foundation

/// The right column of a plot: parameters, notes and legend.
struct SideColumn {
    struct Line {
        let text: String
        let ink: Ink
    }

    let plot: LightCurvePlot
    let left: Double
    let width: Double
    /// The lines below the parameters, wrapped to the width of the column.
    private let lines: [Line]
    private let legend: [Legend]

    private static let parameterHeight = 20.0
    private static let lineHeight = 16.0
    private static let legendHeight = 17.0

    /// - Parameters:
    ///   - plot: The plot.
    ///   - left: The column's left side.
    ///   - width: Its width.
    ///   - canvas: Measures the texts.
    init(_ plot: LightCurvePlot, left: Double, width: Double, measuredOn canvas: Canvas) {
        (self.plot, self.left, self.width) = (plot, left, width)
        legend = Legend.allCases.filter { $0.isNeeded(in: plot) }
        canvas.font(10)
        var lines: [Line] = []
        func add(_ text: String, _ ink: Ink) {
            lines += canvas.wrapped(text, to: width).map { Line(text: $0, ink: ink) }
        }
        if let failure = plot.failure { add("✗ no fit to trust: \(failure)", .bad) }
        for caution in plot.cautions { add("⚠ " + caution, .warning) }
        for note in plot.notes { add(note, .black) }
        self.lines = lines
    }

    var height: Double {
        Self.parameterHeight * Double(plot.parameters.count) + Self.lineHeight * Double(lines.count)
            + Self.legendHeight * Double(legend.count) + 26
    }

    func draw(from top: Double, on canvas: Canvas) {
        var y = top + 12
        for parameter in plot.parameters {
            draw(parameter, y, on: canvas)
            y += Self.parameterHeight
        }
        y += plot.parameters.isEmpty ? 0 : 4
        canvas.font(10)
        for line in lines {
            canvas.text(line.text, left, y, ink: line.ink)
            y += Self.lineHeight
        }
        y += 6
        canvas.font(9.5)
        for row in legend {
            row.draw(left + 6, y, on: canvas)
            canvas.text(row.text, left + 20, y + 3.5, ink: .grey)
            y += Self.legendHeight
        }
    }

    private func draw(_ parameter: LightCurvePlot.Parameter, _ y: Double, on canvas: Canvas) {
        canvas.font(11, isBold: true)
        canvas.text(canvas.fitted(parameter.name, to: 50), left, y)
        canvas.font(11)
        let value = canvas.fitted(Self.value(of: parameter), to: width - 34)
        canvas.text(value, left + 34, y)
        let after = left + 34 + canvas.width(value) + 8
        guard let remark = Self.remark(on: parameter) else { return }
        canvas.font(9.5)
        canvas.text(
            canvas.fitted(remark, to: left + width - after), after, y,
            ink: parameter.state == .onBound ? .warning : .grey)
    }

    /// A value with its error; t0 has its time scale, and a value on a bound has no error.
    static func value(of parameter: LightCurvePlot.Parameter) -> String {
        let prefix = parameter.name == "t0" ? "MJD " : ""
        switch parameter.state {
        case .free, .prior: return prefix + RoundedValue.text(parameter.value, error: parameter.error)
        case .onBound: return prefix + RoundedValue.text(parameter.value, error: nil)
        case .held:
            return prefix
                + (parameter.value.isFinite ? RoundedValue.sign(String(format: "%.5g", parameter.value)) : "–")
        }
    }

    static func remark(on parameter: LightCurvePlot.Parameter) -> String? {
        switch parameter.state {
        case .onBound: "⚠ on its bound"
        case .held: "known, held"
        case .free where parameter.error == nil, .prior where parameter.error == nil: "no error"
        case .prior: "with a prior"
        case .free: parameter.name == "z" ? "free" : nil
        }
    }
}

/// A row of the legend, which is drawn if its mark is used.
private enum Legend: CaseIterable {
    case detection, forced, leftOut, alert, limit, beyond

    var text: String {
        switch self {
        case .detection: "detection"
        case .forced: "forced photometry"
        case .leftOut: "left out of the fit"
        case .alert: "this alert"
        case .limit: "5σ limit"
        case .beyond: "beyond the panel"
        }
    }

    func isNeeded(in plot: LightCurvePlot) -> Bool {
        func hasPoint(_ matches: (LightCurvePlot.Point) -> Bool) -> Bool {
            plot.bands.contains { $0.points.contains(where: matches) }
        }
        return switch self {
        case .detection: hasPoint { !$0.isForced }
        case .forced: hasPoint(\.isForced)
        case .leftOut: hasPoint { !$0.isFitted }
        case .alert: hasPoint(\.isAlert)
        case .limit: plot.bands.contains { !$0.limits.isEmpty }
        case .beyond: plot.bands.contains(where: BandPanel.hasMarksAtEdges)
        }
    }

    func draw(_ x: Double, _ y: Double, on canvas: Canvas) {
        let ink = Ink(0x4d4d4d)
        switch self {
        case .detection: Mark.point(isForced: false, isFitted: true, x, y, ink: ink, on: canvas)
        case .forced: Mark.point(isForced: true, isFitted: true, x, y, ink: ink, on: canvas)
        case .leftOut: Mark.point(isForced: false, isFitted: false, x, y, ink: ink, on: canvas)
        case .alert: Mark.alert(x, y, on: canvas)
        case .limit: Mark.limit(x, y - 4, on: canvas)
        case .beyond: Mark.beyond(x, edge: y - 5, isAbove: true, isFilled: true, ink: ink, on: canvas)
        }
    }
}
