import TestSupport
import Testing

@testable import Salt2

/// Expected: what Karush, Kuhn and Tucker say of the least of a convex form within bounds.
@Suite struct BoundedQuadraticTests {
    /// `A' A` of a random matrix with more rows than columns, some columns nearly alike.
    private static func form(_ random: inout SeededGenerator) -> BoundedQuadratic {
        var form = BoundedQuadratic()
        let rows = (0..<8).map { _ in
            let shared = Double.random(in: -1...1, using: &random)
            return (0..<5).map {
                $0 < 2 ? shared + 0.05 * Double.random(in: -1...1, using: &random) : .random(in: -1...1, using: &random)
            }
        }
        for i in 0..<5 {
            for k in 0..<5 { form.matrix[5 * i + k] = rows.reduce(0) { $0 + $1[i] * $1[k] } }
            form.slope[i] = .random(in: -3...3, using: &random)
            form.low[i] = [0, -0.1, -1, -.infinity].randomElement(using: &random) ?? 0
            form.high[i] = [0, 0.1, 1, .infinity].randomElement(using: &random) ?? 0
        }
        return form
    }

    @Test("no step within the bounds leads lower") func least() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let form = Self.form(&random)
            let at = try #require(form.minimum())
            #expect(form.fall(at: at) >= 0)
            for i in 0..<5 {
                #expect(at[i] >= form.low[i] && at[i] <= form.high[i])
                var downhill = form.slope[i]
                for k in 0..<5 { downhill -= form.matrix[5 * i + k] * at[k] }
                if at[i] > form.low[i] { #expect(downhill > -1e-5) }
                if at[i] < form.high[i] { #expect(downhill < 1e-5) }
            }
        }
    }

    @Test("a form that is flat in an unknown has no least") func flat() {
        var form = BoundedQuadratic()
        form.slope[0] = 1
        form.high[0] = .infinity
        #expect(form.minimum() == nil)
    }
}
