import FITS
import Foundation
import Testing

@testable import Plots

@Suite struct LightCurveFigureTests {
    private static func plot(_ points: [LightCurvePlot.Point], image: CutoutImage? = nil) -> LightCurvePlot {
        let mjds = (0...40).map { 60_000 + Double($0) }
        let fluxes = mjds.map { 100 * exp(-pow(($0 - 60_020) / 8, 2)) }
        let curve = LightCurvePlot.Curve(mjds: mjds, fluxes: fluxes, errors: fluxes.map { $0 * 0.05 })
        var plot = LightCurvePlot(
            objectId: "ZTF24<&\"abc", id: 12, date: "2024-09-15 05:02:59 UTC",
            bands: [LightCurvePlot.Band(name: "ztfg", points: points, limits: [(60_003, 50)], curve: curve)])
        plot.t0 = 60_020
        plot.parameters = [
            LightCurvePlot.Parameter(name: "x0", value: 1.234567e-3, error: 4.2e-5),
            LightCurvePlot.Parameter(name: "c", value: -0.0512, error: 0.031),
            LightCurvePlot.Parameter(name: "z", value: 0.05, error: nil, state: .held),
        ]
        plot.cutouts = [LightCurvePlot.Cutout(label: "science", image: image)]
        return plot
    }

    private static let points = [
        LightCurvePlot.Point(mjd: 60_010, flux: 20, error: 3, model: 21),
        LightCurvePlot.Point(mjd: 60_030, flux: 25, error: 3, model: 21, isAlert: true),
        LightCurvePlot.Point(mjd: 60_025, flux: .nan, error: 3),
    ]

    @Test func svgIsSoundWhateverTheNames() throws {
        let bytes = try Self.plot(Self.points).drawn(as: .svg)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".svg")
        try Data(bytes).write(to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        check.arguments = [
            "python3", "-c",
            "import sys, xml.dom.minidom as x; print(x.parse(sys.argv[1]).documentElement.tagName)", folder.path,
        ]
        let output = Pipe()
        check.standardOutput = output
        try check.run()
        check.waitUntilExit()
        #expect(check.terminationStatus == 0)
        #expect(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "svg\n")
    }

    @Test("the same values give the same bytes: PNG, SVG and PDF, again and again in one process")
    func reproducible() throws {
        let image = try CutoutImage(width: 2, height: 2, pixels: [1, 2, 3, 4])
        let plot = Self.plot(Self.points, image: image)
        for form in [LightCurvePlot.Form.png(width: 600), .svg, .pdf] {
            let first = try plot.drawn(as: form)
            #expect(try (0..<3).allSatisfy { _ in try plot.drawn(as: form) == first })
        }
        let pdf = String(decoding: try plot.drawn(as: .pdf), as: Unicode.ASCII.self)
        // The alert's date, not the time at which it is drawn.
        #expect(pdf.hasPrefix("%PDF-1.") && pdf.contains("/CreationDate (20240915050259Z)"))
        var other = plot
        other.date = "no date"
        let undated = String(decoding: try other.drawn(as: .pdf), as: Unicode.ASCII.self)
        #expect(undated.contains("/CreationDate (19700101000000Z)"))
    }

    @Test("cairo's names are numbered within a file") func svgNames() {
        func numbered(_ text: String) -> String { String(decoding: SVGNames.numbered(Array(text.utf8)), as: UTF8.self) }
        #expect(
            numbered(
                ##"<g id="surface81"><image id="image7"/><use href="#image7"/><use href="#image12"/>image9 "imagery""##)
                == ##"<g id="surface1"><image id="image2"/><use href="#image2"/><use href="#image3"/>image9 "imagery""##
        )
    }

    @Test("the same values give the same bytes, on any number of threads") func threads() throws {
        let plot = Self.plot(Self.points)
        let first = try plot.png()
        #expect(first.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
        // Width and height stand in the first chunk, big-endian.
        #expect(Array(first[16..<20]) == [0, 0, 0x03, 0x84])
        #expect(Array(try plot.png(width: 1800)[16..<20]) == [0, 0, 0x07, 0x08])
        nonisolated(unsafe) var same = [Bool](repeating: false, count: 16)
        let lock = NSLock()
        DispatchQueue.concurrentPerform(iterations: 16) { index in
            let again = try? plot.png()
            lock.withLock { same[index] = again == first }
        }
        #expect(same.allSatisfy { $0 })
    }

    @Test("values that are not finite are not drawn, and a width out of range is an error") func limits() throws {
        let sound = try Self.plot(Array(Self.points.prefix(2))).png()
        #expect(try Self.plot(Self.points).png() == sound)
        #expect(throws: PlotError.self) { try Self.plot(Self.points).png(width: 100_000) }
        // Nothing at all is a picture too.
        var empty = LightCurvePlot(objectId: "", id: 0, date: "", bands: [])
        empty.failure = "no points"
        #expect(try empty.png().count > 1_000)
        let huge = LightCurvePlot.Point(mjd: 60_012, flux: 1e300, error: 1e299)
        #expect(try Self.plot(Self.points + [huge]).png() != sound)
    }

    @Test(
        "texts of any length and kind are drawn, or replaced, at once",
        arguments: [
            String(repeating: "W", count: 100_000), "e" + String(repeating: "\u{301}", count: 100_000),
            "\u{0}", "a\u{0}b\u{1B}[31m\n\r\u{7F}\u{85}", "\u{202E}\u{2066}\u{200F}live",
            "\u{FFFE}\u{10FFFF}\u{E000}",
            "../../<script>&\"'", "", " ", "日本語\u{1F4A5}", String(repeating: "\u{1F468}\u{200D}", count: 10_000),
        ])
    func texts(_ text: String) throws {
        var plot = Self.plot(Self.points)
        plot.objectId = text
        plot.date = text
        plot.notes = [text]
        plot.failure = text
        plot.parameters = [LightCurvePlot.Parameter(name: text, value: 1, error: 1)]
        plot.cutouts = [LightCurvePlot.Cutout(label: text, image: nil, failure: text)]
        plot.bands = [LightCurvePlot.Band(name: text, points: Self.points)]
        #expect(try plot.png().starts(with: [0x89, 0x50, 0x4e, 0x47]))
        // Whatever is drawn is made of glyphs: the file does not grow with the text.
        #expect(try plot.drawn(as: .svg).count < 400_000)
    }

    @Test("texts are cut, and control characters are replaced") func drawnText() {
        #expect(DrawnText.of("ZTF24abc <&>") == "ZTF24abc <&>")
        #expect(DrawnText.of("a\u{0}\u{202E}\nb\u{1B}") == "a\u{FFFD}\u{FFFD}\u{FFFD}b\u{FFFD}")
        #expect(DrawnText.of(String(repeating: "x", count: 1_000)).count == DrawnText.longest)
        #expect(
            DrawnText.of("e" + String(repeating: "\u{301}", count: 1_000)).unicodeScalars.count == DrawnText.longest)
    }

    private static let extremes: [Double] = [
        0, -0.0, .leastNonzeroMagnitude, -Double.leastNonzeroMagnitude, 1e-300, 1e-30, 1, -1, 1e30, 1e300, -1e300,
        .greatestFiniteMagnitude,
        -.greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    ]

    @Test("numbers of any size are drawn or left out, alone and together", arguments: extremes)
    func numbers(_ value: Double) throws {
        for other in Self.extremes {
            let points = [
                LightCurvePlot.Point(mjd: 60_000, flux: value, error: other, model: other, isAlert: true),
                LightCurvePlot.Point(mjd: 60_010, flux: other, error: 1, model: value),
                LightCurvePlot.Point(mjd: value, flux: 1, error: 1, model: 1),
            ]
            let curve = LightCurvePlot.Curve(
                mjds: [60_000, 60_010], fluxes: [value, other], errors: [other, value])
            var plot = LightCurvePlot(
                objectId: "x", id: .min, date: "",
                bands: [
                    LightCurvePlot.Band(
                        name: "ztfg", points: points, limits: [(60_005, value), (other, 1)], curve: curve),
                    LightCurvePlot.Band(
                        name: "ztfr", points: [],
                        curve: LightCurvePlot.Curve(mjds: [value, other], fluxes: [1, 1], errors: [1, 1])),
                ])
            plot.t0 = value
            plot.parameters = [LightCurvePlot.Parameter(name: "z", value: value, error: other)]
            let image = try CutoutImage(width: 2, height: 1, pixels: [Float(value), Float(other)])
            plot.cutouts = [LightCurvePlot.Cutout(label: "science", image: image)]
            #expect(try plot.png().count > 1_000)
        }
    }

    @Test("a million points are drawn as the first few thousand") func manyPoints() throws {
        func points(_ count: Int) -> [LightCurvePlot.Point] {
            (0..<count).map {
                LightCurvePlot.Point(mjd: 60_000 + Double($0) / 1_000, flux: Double($0 % 97), error: 3)
            }
        }
        let most = try Self.plot(points(LightCurvePlot.mostPoints)).png()
        #expect(try Self.plot(points(1_000_000)).png() == most)
    }

    @Test("numbers are written as papers write them, and any is written") func roundedValues() {
        #expect(RoundedValue.text(0.05234, error: 0.0041) == "0.0523 ± 0.0041")
        #expect(RoundedValue.text(1.72e-3, error: 6e-5) == "(1.720 ± 0.060) × 10⁻³")
        #expect(RoundedValue.text(.leastNonzeroMagnitude, error: 1) == "4.9e−324 ± 1")
        #expect(RoundedValue.text(1e-5, error: 1e300) == "1e−05 ± 1e+300")
        #expect(RoundedValue.text(.nan, error: 1) == "–")
        #expect(RoundedValue.text(60_572.0251, error: nil) == "60572.0")
        #expect(RoundedValue.text(-3.14e-4, error: nil) == "−3.14 × 10⁻⁴")
        #expect(RoundedValue.text(0.5, error: .nan) == "0.5")
        for value in Self.extremes {
            for error in Self.extremes { #expect(RoundedValue.text(value, error: error).count < 40) }
        }
    }

    @Test("each pixel is where it should be: a cutout's bright one, and one without a value") func pixels() throws {
        var values = [Float](repeating: 0, count: 100)
        for index in values.indices { values[index] = Float(index % 7) - 3 }
        values[0] = 500  // the first pixel of the first row: lower left
        values[99] = .nan  // upper right
        let image = try CutoutImage(width: 10, height: 10, pixels: values)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".png")
        try Data(Self.plot(Self.points, image: image).png()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let colors = try PNGPixels.read(file, at: [(653, 156), (718, 91)])
        #expect(colors == [[255, 255, 255], [138, 147, 168]])
    }

    /// An image whose rows point north-west: its first pixel, at the lower left without a turn, is the southernmost.
    @Test("a turned image stands on its corner, and bad pixels are tinted") func turned() throws {
        var values = [Float](repeating: 0, count: 100)
        for index in values.indices { values[index] = Float(index % 7) - 3 }
        values[0] = 500
        let half = 0.5.squareRoot()
        let sky = ImageSky(
            pixelScale: 0.2, axes: ImageSky.Axes(north: SIMD2(half, half), east: SIMD2(-half, half)), position: nil)
        var mask = [UInt8](repeating: 0, count: 100)
        mask[99] = 1
        let image = try CutoutImage(fits: Self.file(values, mask: mask)[...])
        var plot = Self.plot(Self.points)
        plot.cutouts = [LightCurvePlot.Cutout(label: "science", image: image, sky: sky)]
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".png")
        try Data(plot.png()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        // The frame is 72 points wide, its middle at (686, 124); the turned image fills it from corner to corner.
        let colors = try PNGPixels.read(file, at: [(686, 155), (686, 92), (653, 156), (718, 91)])
        #expect(colors[0] == [255, 255, 255])
        // Orange over grey: more red than blue.
        #expect(colors[1][0] > colors[1][2] + 60)
        // The corners of the frame are the page's white.
        #expect(colors[2] == [255, 255, 255] && colors[3] == [255, 255, 255])
    }

    /// A FITS file of an image of ten by ten and its mask.
    private static func file(_ values: [Float], mask: [UInt8]) -> [UInt8] {
        func part(_ cards: [String], _ data: [UInt8]) -> [UInt8] {
            var bytes = Array(
                (cards + ["END"]).map { $0.padding(toLength: 80, withPad: " ", startingAt: 0) }.joined().utf8)
            bytes += [UInt8](repeating: 32, count: 2_880 - bytes.count) + data
            return bytes + [UInt8](repeating: 0, count: 2_880 - data.count)
        }
        let size = ["NAXIS   = 2", "NAXIS1  = 10", "NAXIS2  = 10"]
        let pixels = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) } }
        return part(["SIMPLE  = T", "BITPIX  = -32"] + size, pixels)
            + part(["XTENSION= 'IMAGE   '", "BITPIX  = 8"] + size + ["EXTNAME = 'MASK'", "MP_BAD  = 0"], mask)
    }
}

/// Reads pixels of a PNG with Python's zlib alone: an independent reader.
private enum PNGPixels {
    static func read(_ file: URL, at places: [(x: Int, y: Int)]) throws -> [[Int]] {
        let script = """
            import sys, zlib, struct
            b = open(sys.argv[1], 'rb').read(); i = 8; d = b''
            while i < len(b):
                n, k = struct.unpack('>I4s', b[i:i+8])
                if k == b'IHDR': w, h, depth, kind = struct.unpack('>IIBB', b[i+8:i+18])
                if k == b'IDAT': d += b[i+8:i+8+n]
                i += 12 + n
            assert depth == 8 and kind == 2
            raw = zlib.decompress(d); s = 3*w; rows = []; p = bytearray(s)
            for y in range(h):
                f = raw[y*(s+1)]; r = bytearray(raw[y*(s+1)+1:(y+1)*(s+1)])
                for x in range(s):
                    a = r[x-3] if x > 2 else 0; u = p[x]; c = p[x-3] if x > 2 else 0
                    if f == 1: r[x] = (r[x]+a) & 255
                    elif f == 2: r[x] = (r[x]+u) & 255
                    elif f == 3: r[x] = (r[x]+(a+u)//2) & 255
                    elif f == 4:
                        q = a+u-c; e = sorted((abs(q-v), j) for j, v in enumerate((a, u, c)))[0][1]
                        r[x] = (r[x]+(a, u, c)[e]) & 255
                rows.append(r); p = r
            for place in sys.argv[2:]:
                x, y = map(int, place.split(',')); print(*rows[y][3*x:3*x+3])
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file.path] + places.map { "\($0.x),\($0.y)" }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
    }
}
