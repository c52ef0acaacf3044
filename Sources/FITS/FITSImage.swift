/// The first image of a FITS file in memory: as much of FITS 4.0 (Pence et al. 2010, A&A 524, A42) as cutouts have.
///
/// The image is the primary one or, where that is empty, the first extension; it has two axes. What a header claims is
/// compared with the bytes that are there before anything is allocated or read.
struct FITSImage {
    let header: FITSHeader
    let width: Int
    let height: Int
    /// Row by row, the first row at the bottom; NaN where a pixel has no finite value.
    let pixels: [Float]
    let sky: ImageSky?
    /// The parts behind it.
    let rest: ArraySlice<UInt8>

    init(_ file: ArraySlice<UInt8>, largestSide: Int) throws(FITSError) {
        guard file.starts(with: Array("SIMPLE  =".utf8)) else {
            throw FITSError(.notFITS, detail: "no FITS file: it does not begin with SIMPLE")
        }
        var header = try FITSHeader(file)
        if header.axes == 0 {
            let rest = file[header.end...]
            guard rest.starts(with: Array("XTENSION= 'IMAGE   '".utf8)) else {
                throw FITSError(.notFITS, detail: "neither its primary array nor its first extension is an image")
            }
            header = try FITSHeader(rest)
        }
        guard header.axes == 2, let width = header.width, let height = header.height else {
            throw FITSError(.notFITS, detail: "an image of \(header.axes) axes; a cutout has 2")
        }
        guard (1...largestSide).contains(width), (1...largestSide).contains(height) else {
            throw FITSError(.tooLarge, detail: "an image of \(width) times \(height) pixels")
        }
        guard header.parameters == 0, header.groups == 1 else {
            throw FITSError(.notFITS, detail: "PCOUNT is not 0, or GCOUNT is not 1")
        }
        guard header.scale.isFinite, header.scale != 0, header.zero.isFinite else {
            throw FITSError(.notFITS, detail: "BSCALE or BZERO cannot be used")
        }
        let bytes = width * height * (abs(header.bits) / 8)
        guard bytes <= file.endIndex - header.end else {
            throw FITSError(.notFITS, detail: "the file ends before its \(width) times \(height) pixels")
        }
        self.header = header
        self.width = width
        self.height = height
        sky = header.sky
        rest = file[min(file.endIndex, header.end + FITSHeader.padded(bytes))...]
        pixels = Self.pixels(file[header.end..<header.end + bytes], header)
    }

    /// The whole numbers of an image as bits; `nil` for one of floating point, or of other numbers than ``CutoutMask`` has.
    static func bits(_ data: ArraySlice<UInt8>, _ header: FITSHeader) -> [UInt32]? {
        guard header.scale == 1, let zero = UInt32(exactly: header.zero) else { return nil }
        switch header.bits {
        case 8: return whole(data, UInt8.self, zero)
        case 16: return whole(data, Int16.self, zero)
        case 32: return whole(data, Int32.self, zero)
        default: return nil
        }
    }

    private static func whole<Raw: FixedWidthInteger>(
        _ data: ArraySlice<UInt8>, _ type: Raw.Type, _ zero: UInt32
    ) -> [UInt32] {
        let size = MemoryLayout<Raw>.size
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { index in
                let raw = Raw(bigEndian: bytes.loadUnaligned(fromByteOffset: index * size, as: Raw.self))
                return UInt32(truncatingIfNeeded: raw) &+ zero
            }
        }
    }

    static func pixels(_ data: ArraySlice<UInt8>, _ header: FITSHeader) -> [Float] {
        switch header.bits {
        case 8: whole(data, UInt8.self, header)
        case 16: whole(data, Int16.self, header)
        case 32: whole(data, Int32.self, header)
        case 64: whole(data, Int64.self, header)
        case -32: real(data, UInt32.self, header) { Double(Float(bitPattern: $0)) }
        default: real(data, UInt64.self, header) { Double(bitPattern: $0) }
        }
    }

    private static func whole<Raw: FixedWidthInteger>(
        _ data: ArraySlice<UInt8>, _ type: Raw.Type, _ header: FITSHeader
    ) -> [Float] {
        read(data, type) { raw in
            Int(raw) == header.blank ? .nan : Float(Double(raw) * header.scale + header.zero)
        }
    }

    private static func real<Raw: FixedWidthInteger>(
        _ data: ArraySlice<UInt8>, _ type: Raw.Type, _ header: FITSHeader, _ number: (Raw) -> Double
    ) -> [Float] {
        read(data, type) { Float(number($0) * header.scale + header.zero) }
    }

    /// Big-endian numbers, each made a pixel; what is not finite has no value.
    @inline(__always) private static func read<Raw: FixedWidthInteger>(
        _ data: ArraySlice<UInt8>, _ type: Raw.Type, _ pixel: (Raw) -> Float
    ) -> [Float] {
        let size = MemoryLayout<Raw>.size
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { index in
                let value = pixel(Raw(bigEndian: bytes.loadUnaligned(fromByteOffset: index * size, as: Raw.self)))
                return value.isFinite ? value : .nan
            }
        }
    }
}
