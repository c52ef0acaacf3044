@testable import Plots
import Foundation
import Testing

struct AsinhStretchTests {
    /// The same by its definition: sorted, and an inverse hyperbolic sine for each pixel.
    private func expected(_ pixels: [Float]) -> [Int?] {
        let sorted = pixels.filter(\.isFinite).sorted().map { Double($0) }
        let count = sorted.count
        let median = sorted[count / 2]
        let noise = max((sorted[count * 84 / 100] - sorted[count * 16 / 100]) / 2, 1e-6 * max(abs(median), 1e-30))
        let low = median - 2 * noise
        let high = min(max(sorted[count - 1 - count / 500], median + 6 * noise), sorted[count - 1])
        let scale = asinh((high - low) / (2 * noise))
        return pixels.map { pixel in
            guard pixel.isFinite else { return nil }
            let value = asinh((Double(pixel) - low) / (2 * noise)) / scale
            return Int((min(1, max(0, value)) * 255).rounded())
        }
    }

    @Test("greys are the inverse hyperbolic sine's, to a rounding", arguments: [3, 500, 3_969])
    func greys(count: Int) {
        var pixels: [Float] = []
        for number in 0..<count {
            let noise = sin(Double(number) * 12.9898) * 43.7
            pixels.append(Float(number % 97 == 0 ? noise + 5_000 : noise))
        }
        pixels[1] = .nan
        let stretch = AsinhStretch(pixels)
        for (pixel, wanted) in zip(pixels, expected(pixels)) {
            let grey = stretch.grey(pixel).map { Int($0) }
            #expect((grey == nil) == (wanted == nil) && abs((grey ?? 0) - (wanted ?? 0)) <= 1)
        }
    }

    @Test("one value, and none, make an image too") func flat() {
        #expect(AsinhStretch([7, 7, 7, 7]).grey(7) != nil)
        #expect(AsinhStretch([.nan, .infinity]).grey(.nan) == nil)
        #expect(AsinhStretch([]).grey(1) == 0)
    }

    @Test("a variance says what is noise where structure fills the image, and bad pixels say nothing")
    func variance() throws {
        // A galaxy from 0 to 1000, with noise of 1.
        let pixels = (0..<1_000).map { Float($0) }
        let (plain, known) = (
            AsinhStretch(pixels), AsinhStretch(pixels, variance: [Float](repeating: 400, count: 1_000))
        )
        #expect(try #require(plain.grey(400)) > 60 && known.grey(400) == 0)
        // A variance of next to nothing, or of no number, is not believed.
        let none = AsinhStretch(pixels, variance: [Float](repeating: .nan, count: 1_000))
        #expect(none.grey(400) == plain.grey(400))
        let tiny = AsinhStretch(pixels, variance: [Float](repeating: 1e-30, count: 1_000))
        #expect(try #require(tiny.grey(600)) < 255)
        let isBad = pixels.map { $0 >= 900 }
        let without = AsinhStretch(pixels, leavingOut: isBad)
        #expect(without.grey(450) == AsinhStretch(Array(pixels.prefix(900))).grey(450))
        let all = AsinhStretch(pixels, leavingOut: pixels.map { _ in true })
        #expect(all.grey(400) == plain.grey(400))
    }
}
