internal import Compression

/// Writes images as PNG (ISO/IEC 15948), optimised for speed: true colour, without row filters.
enum PNG {
    /// The file of an opaque image.
    ///
    /// - Parameters:
    ///   - pixels: Four bytes each: blue, green, red and an unused one.
    ///   - stride: Bytes from one row to the next.
    ///   - width: Pixels of a row.
    ///   - height: Rows.
    /// - Returns: The file.
    /// - Throws: ``PlotError`` where the numbers do not describe an image, or it is too large.
    static func encode(
        _ pixels: UnsafeRawBufferPointer, stride: Int, width: Int, height: Int
    ) throws(PlotError) -> [UInt8] {
        guard width > 0, height > 0, stride >= 4 * width, pixels.count >= stride * height,
            let columns = UInt32(exactly: width), let lines = UInt32(exactly: height)
        else {
            throw PlotError(detail: "no image of \(width) times \(height) pixels")
        }
        let rows = rows(pixels, stride: stride, width: width, height: height)
        let data: [UInt8]
        do { data = try Zlib.compressQuickly(rows[...]) } catch {
            throw PlotError(detail: error.description)
        }
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file.reserveCapacity(data.count + 64)
        // 8 bits a channel, red green blue; deflate, the usual filters, not interlaced.
        append("IHDR", bigEndian(columns) + bigEndian(lines) + [8, 2, 0, 0, 0], to: &file)
        append("IDAT", data, to: &file)
        append("IEND", [], to: &file)
        return file
    }

    private static func append(_ name: String, _ data: [UInt8], to file: inout [UInt8]) {
        file += bigEndian(UInt32(data.count))
        let start = file.count
        file += Array(name.utf8)
        file += data
        file += bigEndian(CRC32.of(file[start...]))
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    /// The pixels as red, green, blue, with a zero before each row for no filter.
    private static func rows(_ pixels: UnsafeRawBufferPointer, stride: Int, width: Int, height: Int) -> [UInt8] {
        let rowBytes = 1 + 3 * width
        // Pixels are stored with extra bytes, which the next ones overwrite; two bytes of padding follow the last.
        return [UInt8](unsafeUninitializedCapacity: rowBytes * height + 2) { output, count in
            let output = UnsafeMutableRawBufferPointer(output)
            for row in 0..<height {
                var next = row * rowBytes
                output[next] = 0
                next += 1
                var at = row * stride
                let end = at + 4 * width
                while at < end {
                    // Most of a plot is white.
                    while at + 8 <= end, pixels.loadUnaligned(fromByteOffset: at, as: UInt64.self) | unused == .max {
                        output.storeBytes(of: .max, toByteOffset: next, as: UInt64.self)
                        next += 6
                        at += 8
                    }
                    guard at < end else { break }
                    let pixel = UInt32(littleEndian: pixels.loadUnaligned(fromByteOffset: at, as: UInt32.self))
                    output.storeBytes(of: (pixel << 8).bigEndian, toByteOffset: next, as: UInt32.self)
                    next += 3
                    at += 4
                }
            }
            count = rowBytes * height
        }
    }

    /// The unused bytes of two pixels.
    private static let unused: UInt64 = 0xff00_0000_ff00_0000
}
