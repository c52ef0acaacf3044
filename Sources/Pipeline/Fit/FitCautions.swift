internal import Foundation
internal import Salt2

/// What whoever looks at a fit must know before believing it: sentences for its picture.
enum FitCautions {
    /// Beyond these the errors, or the model, are not what they are taken for.
    static let reducedChisq = 0.25...3.0

    /// A space at which no line is broken.
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
        // Where there are errors the parameters are shown, each with its mark.
        if fit.errors.isEmpty, !fit.atBound.isEmpty {
            cautions.append("on a bound: " + fit.atBound.joined(separator: ", "))
        }
        return cautions
    }

    /// Such as `p = 0.054`; what is nearly nothing, or nearly 1, is said as that.
    static func probability(_ p: Double) -> String {
        if p < 1e-12 { return "p\(glue)<\(glue)10⁻¹²" }
        if p > 0.999 { return "p\(glue)>\(glue)0.999" }
        return "p\(glue)=\(glue)" + String(format: "%.2g", p).replacing("-", with: "−")
    }
}
