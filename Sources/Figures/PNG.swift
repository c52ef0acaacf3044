internal import Compression

/// Writes pictures as PNG (ISO/IEC 15948), for speed rather than for the last byte: true colour, rows as they are.
enum PNG {
    /// The file of an opaque picture.
    ///
    /// - Parameters:
    ///   - pixels: Four bytes each: blue, green, red and one that counts for nothing.
    ///   - stride: Bytes from one row to the next.
    ///   - width: Pixels across.
    ///   - height: Rows.
    /// - Returns: The file.
    /// - Throws: ``FiguresError`` where the numbers describe no picture, or it is too large.
    static func encode(
        _ pixels: UnsafeRawBufferPointer, stride: Int, width: Int, height: Int
    ) throws(FiguresError) -> [UInt8] {
        guard width > 0, height > 0, stride >= 4 * width, pixels.count >= stride * height,
            let columns = UInt32(exactly: width), let lines = UInt32(exactly: height)
        else {
            throw FiguresError(.cannotDraw, detail: "no picture of \(width) times \(height) pixels")
        }
        let rows = rows(pixels, stride: stride, width: width, height: height)
        let data: [UInt8]
        do { data = try Zlib.compressQuickly(rows[...]) } catch {
            throw FiguresError(.cannotDraw, detail: error.description)
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

    /// The pixels as red, green, blue; before each row a zero, which says that it is not filtered.
    private static func rows(_ pixels: UnsafeRawBufferPointer, stride: Int, width: Int, height: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: (1 + 3 * width) * height) { output, count in
            var next = 0
            for row in 0..<height {
                output[next] = 0
                next += 1
                var at = row * stride
                for _ in 0..<width {
                    output[next] = pixels[at + 2]
                    output[next + 1] = pixels[at + 1]
                    output[next + 2] = pixels[at]
                    next += 3
                    at += 4
                }
            }
            count = next
        }
    }
}
