import Foundation
@testable import Salt2
import Testing

@Suite struct VectorExponentialTests {
    @Test("within two units in the last place of the C library's") func agrees() {
        var most = 0.0
        for step in 0..<20_000 {
            var x = SIMD8<Double>.zero
            for i in 0..<8 { x[i] = -700 + 1400 * (Double(step) + Double(i) / 8) / 20_000 }
            if step % 2 == 0 { x /= 1000 }
            let y = VectorExponential.of(x)
            for i in 0..<8 { most = max(most, abs(y[i] - exp(x[i])) / exp(x[i]).ulp) }
        }
        #expect(most <= 2)
    }

    @Test("ends of the range, zero, and no number") func ends() {
        let y = VectorExponential.of(SIMD8(0, -0.0, -1e300, 1e300, -.infinity, .infinity, 1, -708))
        #expect(y[0] == 1 && y[1] == 1)
        #expect(y[2] < 1e-300 && y[2] >= 0 && y[4] == y[2])
        #expect(y[3] > 1e307 && y[5] == y[3])
        #expect(abs(y[6] - M_E) <= 2 * M_E.ulp)
        #expect(abs(y[7] / exp(-708) - 1) < 1e-15)
    }
}
