import Testing

@testable import Salt2

/// What is said of a fit that converged: the first of its faults, in the order of their weight.
@Suite struct QualityTests {
    private func fit(_ change: (inout Salt2Fit) -> Void = { _ in }) -> Salt2Fit {
        var fit = Salt2Fit()
        fit.chisq = 10
        fit.ndof = 10
        fit.fitProbability = 0.4
        fit.phaseRange = -10...20
        change(&fit)
        return fit
    }

    @Test("each fault has its word", arguments: FitQuality.allCases) func fault(quality: FitQuality) {
        let fit = fit {
            switch quality {
            case .good: break
            case .bound: $0.atBound = ["x1"]
            case .poor: $0.fitProbability = 0.0009
            case .fewPoints: $0.ndof = 1
            case .phaseSpan: $0.phaseRange = -4...5
            case .secondMinimum: $0.secondMinimum = (12, $0.parameters)
            case .oneSided: $0.phaseRange = -20...(-1)
            }
        }
        #expect(fit.quality == quality)
    }

    @Test("a fit with no degree of freedom has no probability, and too few points") func noFreedom() {
        #expect(fit { ($0.ndof, $0.fitProbability) = (0, .nan) }.quality == .fewPoints)
    }

    @Test("after the peak alone is one-sided too") func late() {
        #expect(fit { $0.phaseRange = 1...40 }.quality == .oneSided)
    }

    @Test("a fit that failed has none") func failed() {
        #expect(fit { $0.failure = .notConverged }.quality == nil)
        #expect(Salt2Fit().quality == nil)
    }
}
