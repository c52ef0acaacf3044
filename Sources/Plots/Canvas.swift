internal import CCairo

/// A colour with its opacity, each part 0 to 1.
struct Ink {
    var red: Double
    var green: Double
    var blue: Double
    var alpha = 1.0

    /// Such as 0x009E73.
    init(_ hexadecimal: Int, alpha: Double = 1) {
        red = Double(hexadecimal >> 16 & 0xff) / 255
        green = Double(hexadecimal >> 8 & 0xff) / 255
        blue = Double(hexadecimal & 0xff) / 255
        self.alpha = alpha
    }

    static let black = Ink(0x1a1a1a)
    static let grey = Ink(0x6b6b6b)
    static let limit = Ink(0x8c8c8c)
    /// Warnings, and errors.
    static let warning = Ink(0xa86400)
    static let bad = Ink(0xb3261e)
    static let faint = Ink(0xd9d9d9)
    static let white = Ink(0xffffff)
}

/// A page to draw on. Its width in points does not depend on the size in pixels.
final class Canvas {
    enum Alignment: Double { case left = 0, center = 0.5, right = 1 }

    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let sink = Sink()

    /// - Parameters:
    ///   - width: The page's width, points.
    ///   - height: Its height.
    ///   - form: The format of the file.
    /// - Throws: ``PlotError`` where cairo cannot create the page.
    init(width: Double, height: Double, form: LightCurvePlot.Form) throws(PlotError) {
        var scale = 1.0
        // The sink collects the bytes; the canvas owns it, and outlives the surface.
        let closure = Unmanaged.passUnretained(sink).toOpaque()
        switch form {
        case .png(let pixels):
            scale = Double(pixels) / width
            surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CInt(pixels), CInt((height * scale).rounded()))
        case .svg:
            surface = cairo_svg_surface_create_for_stream(
                { closure, data, count in Sink.append(closure, data, count) }, closure, width, height)
        case .pdf:
            surface = cairo_pdf_surface_create_for_stream(
                { closure, data, count in Sink.append(closure, data, count) }, closure, width, height)
        }
        context = cairo_create(surface)
        cairo_scale(context, scale, scale)
        try check()
        fill(Ink.white) { rectangle(0, 0, width, height) }
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    /// Sets the metadata of a PDF. Without a date cairo would write the current time.
    ///
    /// - Parameters:
    ///   - title: The document's title.
    ///   - date: The creation date, such as `2024-09-15T05:02:59Z`.
    func describe(title: String, date: String) {
        guard cairo_surface_get_type(surface) == CAIRO_SURFACE_TYPE_PDF else { return }
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, DrawnText.of(title))
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date)
    }

    private func check() throws(PlotError) {
        let status = cairo_status(context)
        guard status == CAIRO_STATUS_SUCCESS else {
            throw PlotError(detail: "cairo: " + String(cString: cairo_status_to_string(status)))
        }
    }

    // MARK: - Paths

    func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
        cairo_rectangle(context, x, y, width, height)
    }
    func move(_ x: Double, _ y: Double) { cairo_move_to(context, x, y) }
    func line(_ x: Double, _ y: Double) { cairo_line_to(context, x, y) }
    func close() { cairo_close_path(context) }
    func circle(_ x: Double, _ y: Double, _ radius: Double) {
        cairo_new_sub_path(context)
        cairo_arc(context, x, y, radius, 0, 2 * .pi)
    }

    func fill(_ ink: Ink, _ path: () -> Void) {
        path()
        set(ink)
        cairo_fill(context)
    }

    func stroke(_ ink: Ink, _ width: Double = 1, dash: [Double] = [], _ path: () -> Void) {
        path()
        set(ink)
        cairo_set_line_width(context, width)
        cairo_set_dash(context, dash, CInt(dash.count), 0)
        cairo_stroke(context)
    }

    func clipped(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ work: () -> Void) {
        cairo_save(context)
        rectangle(x, y, width, height)
        cairo_clip(context)
        work()
        cairo_restore(context)
    }

    private func set(_ ink: Ink) { cairo_set_source_rgba(context, ink.red, ink.green, ink.blue, ink.alpha) }

    // MARK: - Texts

    func font(_ size: Double, isBold: Bool = false) {
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
    }

    func width(_ text: String) -> Double {
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// Draws a text with its baseline at `y`.
    func text(
        _ text: String, _ x: Double, _ y: Double, _ alignment: Alignment = .left, ink: Ink = .black,
        isUpright: Bool = false
    ) {
        set(ink)
        guard isUpright else {
            cairo_move_to(context, alignment == .left ? x : x - width(text) * alignment.rawValue, y)
            cairo_show_text(context, text)
            return
        }
        cairo_save(context)
        cairo_translate(context, x, y)
        cairo_rotate(context, -.pi / 2)
        cairo_move_to(context, -width(text) * alignment.rawValue, 0)
        cairo_show_text(context, text)
        cairo_restore(context)
    }

    /// The drawable text (``DrawnText``), truncated to a width of `limit` points.
    func fitted(_ text: String, to limit: Double) -> String {
        let text = DrawnText.of(text)
        guard width(text) > limit else { return text }
        var kept = text
        while !kept.isEmpty && width(kept + "…") > limit { kept.removeLast() }
        return kept + "…"
    }

    /// The drawable text (``DrawnText``) in lines of at most `limit` points, broken between words where possible.
    func wrapped(_ text: String, to limit: Double) -> [String] {
        var (lines, line) = ([String](), "")
        for word in DrawnText.of(text).split(separator: " ") {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if width(longer) <= limit {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = ""
            for character in word {
                if !line.isEmpty && width(line + String(character)) > limit {
                    lines.append(line)
                    line = ""
                }
                line.append(character)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    // MARK: - Images

    /// Draws an image of RGB pixels around a place, without interpolation: each pixel stays a square, or a turned one.
    ///
    /// - Parameters:
    ///   - rows: The pixels, row by row.
    ///   - width: Pixels of a row.
    ///   - height: Rows.
    ///   - middle: Where the image's middle is.
    ///   - column: What one pixel along a row is on the page, points to the right and down.
    ///   - row: What one row is.
    func image(
        _ rows: [UInt32], width: Int, height: Int, middle: SIMD2<Double>, column: SIMD2<Double>, row: SIMD2<Double>
    ) {
        guard rows.count == width * height, width > 0, height > 0 else { return }
        guard let image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CInt(width), CInt(height)) else { return }
        defer { cairo_surface_destroy(image) }
        guard let data = cairo_image_surface_get_data(image) else { return }
        let stride = Int(cairo_image_surface_get_stride(image))
        for number in 0..<height {
            rows[number * width..<(number + 1) * width].withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(start: data + number * stride, count: stride).copyMemory(from: source)
            }
        }
        cairo_surface_mark_dirty(image)
        cairo_save(context)
        let corner = middle - column * (Double(width) / 2) - row * (Double(height) / 2)
        var matrix = cairo_matrix_t(xx: column.x, yx: column.y, xy: row.x, yy: row.y, x0: corner.x, y0: corner.y)
        cairo_transform(context, &matrix)
        cairo_set_source_surface(context, image, 0, 0)
        cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
        cairo_paint(context)
        cairo_restore(context)
    }

    // MARK: - File

    /// The page's file. Nothing can be drawn afterwards.
    func finish() throws(PlotError) -> [UInt8] {
        try check()
        if cairo_surface_get_type(surface) == CAIRO_SURFACE_TYPE_IMAGE {
            cairo_surface_flush(surface)
            let (stride, rows) = (
                Int(cairo_image_surface_get_stride(surface)), Int(cairo_image_surface_get_height(surface))
            )
            let memory = UnsafeRawBufferPointer(start: cairo_image_surface_get_data(surface), count: stride * rows)
            return try PNG.encode(
                memory, stride: stride, width: Int(cairo_image_surface_get_width(surface)), height: rows)
        }
        let isSVG = cairo_surface_get_type(surface) == CAIRO_SURFACE_TYPE_SVG
        cairo_surface_finish(surface)
        try check()
        return isSVG ? SVGNames.numbered(sink.bytes) : sink.bytes
    }
}

/// Collects the bytes that cairo writes.
private final class Sink {
    var bytes: [UInt8] = []

    static func append(
        _ closure: UnsafeMutableRawPointer?, _ data: UnsafePointer<UInt8>?, _ count: UInt32
    ) -> cairo_status_t {
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
    }
}
