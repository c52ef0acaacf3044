internal import Foundation
internal import Salt2

/// Warnings about a fit, as sentences for its plot.
enum FitCautions {
    /// Reduced chi^2 outside of which the errors or the model are wrong.
    static let reducedChisq = 0.25...3.0

    /// A no-break space.
    private static let glue = "\u{A0}"

    private static func number(_ value: Double) -> String {
        value < 1e6 ? String(format: value < 100 ? "%.2g" : "%.0f", value) : String(format: "%.1e", value)
    }

    static func of(_ fit: Salt2Fit) -> [String] {
        guard fit.chisq.isFinite else { return [] }
        var cautions: [String] = []
        if fit.ndof <= 0 {
            cautions.append("no degree of freedom: as many parameters as points")
        } else {
            let reduced = fit.chisq / Double(fit.ndof)
            let p = fit.fitProbability
            if p < FitQuality.leastProbability || reduced > reducedChisq.upperBound {
                cautions.append(
                    "the model does not describe the points: χ²\(glue)=\(glue)" + number(reduced) + "\(glue)ndof, "
                        + probability(p))
            } else if reduced < reducedChisq.lowerBound {
                cautions.append(
                    "χ²\(glue)=\(glue)" + number(reduced)
                        + "\(glue)ndof: the points scatter less than their errors say")
            }
        }
        // With errors the plot shows the parameters, each with its state.
        if fit.errors.isEmpty, !fit.atBound.isEmpty {
            cautions.append("on a bound: " + fit.atBound.joined(separator: ", "))
        }
        return cautions
    }

    /// A probability such as `p = 0.054`; one close to 0 or 1 is given as a bound.
    static func probability(_ p: Double) -> String {
        if p < 1e-12 { return "p\(glue)<\(glue)10⁻¹²" }
        if p > 0.999 { return "p\(glue)>\(glue)0.999" }
        return "p\(glue)=\(glue)" + String(format: "%.2g", p).replacing("-", with: "−")
    }
}
