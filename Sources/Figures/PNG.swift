internal import CPNG

/// Writes pictures as PNG, for speed rather than for the last byte.
enum PNG {
    /// The file of an opaque picture.
    ///
    /// - Parameters:
    ///   - pixels: Four bytes each: blue, green, red and one that counts for nothing.
    ///   - stride: Bytes from one row to the next.
    ///   - width: Pixels across.
    ///   - height: Rows.
    /// - Returns: The file.
    /// - Throws: ``FiguresError`` where the numbers describe no picture, or libpng cannot write it.
    static func encode(
        _ pixels: UnsafeRawBufferPointer, stride: Int, width: Int, height: Int
    ) throws(FiguresError) -> [UInt8] {
        guard width > 0, height > 0, stride >= 4 * width, pixels.count >= stride * height else {
            throw FiguresError(.cannotDraw, detail: "no picture of \(width) times \(height) pixels")
        }
        let rows = opaque(pixels, stride: stride, width: width, height: height)
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = NIGHTJAR_PNG_FORMAT_BGR
        image.flags = NIGHTJAR_PNG_FAST
        defer { png_image_free(&image) }
        // Room for pixels that do not shrink at all, with the file's own bytes around them.
        var size = rows.count + rows.count / 100 + 8_192
        var file = [UInt8](repeating: 0, count: size)
        guard png_image_write_to_memory(&image, &file, &size, 0, rows, 0, nil) != 0 else {
            throw FiguresError(.cannotDraw, detail: "libpng could not write the picture")
        }
        return Array(file.prefix(size))
    }

    /// The pixels without their fourth bytes.
    private static func opaque(_ pixels: UnsafeRawBufferPointer, stride: Int, width: Int, height: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 3 * width * height) { output, count in
            var next = 0
            for row in 0..<height {
                var at = row * stride
                for _ in 0..<width {
                    output[next] = pixels[at]
                    output[next + 1] = pixels[at + 1]
                    output[next + 2] = pixels[at + 2]
                    next += 3
                    at += 4
                }
            }
            count = next
        }
    }
}
