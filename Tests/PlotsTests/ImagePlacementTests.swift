import FITS
import Foundation
import Testing

@testable import Plots

@Suite struct ImagePlacementTests {
    private static func isClose(_ one: SIMD2<Double>, _ other: SIMD2<Double>, within: Double = 1e-9) -> Bool {
        abs(one.x - other.x) < within && abs(one.y - other.y) < within
    }

    @Test("whatever way an image lies, north is drawn up and east to its left") func turns() {
        for degrees in stride(from: 0.0, to: 360, by: 7.5) {
            for mirror in [1.0, -1] {
                let angle = degrees / 180 * .pi
                let north = SIMD2(mirror * sin(angle), cos(angle))
                let east = SIMD2(-mirror * cos(angle), sin(angle))
                let placement = ImagePlacement(ImageSky.Axes(north: north, east: east))
                #expect(placement.isOriented)
                #expect(Self.isClose(placement.onPage(north), SIMD2(0, 1)))
                #expect(Self.isClose(placement.onPage(east), SIMD2(-1, 0)))
                // A square of 10 pixels, turned, is as wide as its diagonals say.
                let width = 10 * (abs(sin(angle)) + abs(cos(angle)))
                #expect(Self.isClose(placement.size(width: 10, height: 10), SIMD2(width, width)))
            }
        }
    }

    @Test("without directions, or with such as no sky has, the first pixel is at the lower left") func unknown() {
        for axes in [
            nil, ImageSky.Axes(north: SIMD2(0, 1), east: SIMD2(0.1, 0.99)),
            ImageSky.Axes(north: SIMD2(.nan, 1), east: SIMD2(1, 0)),
        ] {
            let placement = ImagePlacement(axes)
            #expect(!placement.isOriented && placement.column == SIMD2(1, 0) && placement.row == SIMD2(0, 1))
        }
    }

    /// Headers of real cutouts of LSST, and where astropy 8.0.2 has a place 2 arcsec north of the reference pixel and one 2 arcsec
    /// east of it, in pixels from there.
    static let real: [(pc: [Double], north: SIMD2<Double>, east: SIMD2<Double>)] = [
        (
            [-3.4881830621083e-05, 4.3173363891204e-05, 4.3098792535709e-05, 3.4938644283942e-05],
            SIMD2(7.78881003, 6.29295305), SIMD2(-6.30320268, 7.77535677)
        ),
        (
            [5.4922677944706e-05, -8.5507777473979e-06, -8.5398240441409e-06, -5.4890804406159e-05],
            SIMD2(-1.53846589, -9.88175221), SIMD2(9.87601748, -1.53649509)
        ),
        (
            [-3.7810421429063e-05, 4.070833945768e-05, 4.0734959759542e-05, 3.7771924599654e-05],
            SIMD2(7.32748875, 6.80586438), SIMD2(-6.79893496, 7.33228039)
        ),
        // DECam: mirrored.
        (
            [6.9859229854382e-07, 4.5652854750326e-05, 4.4554506135593e-05, 7.4570164729766e-07],
            SIMD2(12.47231592, -0.19085474), SIMD2(-0.20372497, 12.17224814)
        ),
    ]

    @Test("north of a real header is where astropy has it", arguments: real)
    func astropy(pc: [Double], north: SIMD2<Double>, east: SIMD2<Double>) throws {
        let names = ["PC1_1   ", "PC1_2   ", "PC2_1   ", "PC2_2   "]
        let cards =
            ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 1", "NAXIS2  = 1"]
            + zip(names, pc).map { "\($0)= \($1)" } + ["CDELT1  = 1.0", "CDELT2  = 1.0", "END"]
        var bytes = Array(cards.map { $0.padding(toLength: 80, withPad: " ", startingAt: 0) }.joined().utf8)
        bytes += [UInt8](repeating: 32, count: 2_880 - bytes.count) + [UInt8](repeating: 0, count: 2_880)
        let sky = try #require(try CutoutImage(fits: bytes[...]).sky)
        let placement = ImagePlacement(sky.axes)
        for (vector, direction) in [(north, SIMD2(0.0, 1.0)), (east, SIMD2(-1.0, 0.0))] {
            let length = (vector * vector).sum().squareRoot()
            #expect(Self.isClose(placement.onPage(vector) / length, direction, within: 1e-3))
            // Two arcseconds; DECam's pixels are 2.4 % longer than wide.
            #expect(abs(length * sky.pixelScale - 2) < 0.03)
        }
    }
}
