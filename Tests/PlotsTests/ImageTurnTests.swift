import FITS
import Foundation
import Testing

@testable import Plots

@Suite struct ImageTurnTests {
    @Test("whatever way an image lies, north is drawn within 45 degrees of up and east to its left")
    func turns() {
        for degrees in stride(from: 1.0, to: 360, by: 7) {
            for mirror in [1.0, -1] {
                let angle = degrees / 180 * .pi
                let north = SIMD2(mirror * sin(angle), cos(angle))
                let east = SIMD2(-mirror * cos(angle), sin(angle))
                let turn = ImageTurn(ImageSky.Axes(north: north, east: east))
                let (up, left) = (turn.direction(north), turn.direction(east))
                #expect(up.y > 0.7 && left.x < -0.7)
                // North lies a quarter turn clockwise of east, as on the sky.
                #expect(abs(left.x * up.y - left.y * up.x + 1) < 1e-9)
            }
        }
        #expect(ImageTurn(nil) == .none)
    }
}
