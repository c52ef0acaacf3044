/// The headers of an alert's images, set for each alert anew.
struct CutoutHeaders {
    enum Part { case image, variance }

    private var image = FITSCards([
        ("SIMPLE", "T", "conforms to FITS standard"), ("BITPIX", "-32", "array data type"),
        ("NAXIS", "2", "number of array dimensions"), ("NAXIS1", "30", ""), ("NAXIS2", "30", ""), ("EXTEND", "T", ""),
        ("CUTMINX", "0", ""), ("CUTMINY", "0", ""),
        ("ROTPA", "0.0", "Pos angle in deg of focal plane +Y wrt North"), ("BUNIT", "'nJy     '", ""),
        ("WCSAXES", "2", "Number of coordinate axes"), ("CRPIX1", "0.0", "Pixel coordinate of reference point"),
        ("CRPIX2", "0.0", "Pixel coordinate of reference point"),
        ("PC1_1", "0.0", "Coordinate transformation matrix element"),
        ("PC1_2", "0.0", "Coordinate transformation matrix element"),
        ("PC2_1", "0.0", "Coordinate transformation matrix element"),
        ("PC2_2", "0.0", "Coordinate transformation matrix element"),
        ("CDELT1", "1.0", "Coordinate increment at reference point"),
        ("CDELT2", "1.0", "Coordinate increment at reference point"),
        ("CRVAL1", "0.0", "Coordinate value at reference point"),
        ("CRVAL2", "0.0", "Coordinate value at reference point"),
        ("LATPOLE", "90.0", "[deg] Native latitude of celestial pole"), ("MJDREF", "0.0", "[d] MJD of fiducial time"),
    ])
    private var variance = FITSCards(
        extensionCards(bits: -32, name: "'UNCERT  '", side: 30) + [("UTYPE", "'VarianceUncertainty'", "")])
    private let places: Places

    private struct Places {
        let corner, centre, sky: (Int, Int)
        let angle: Int
        let matrix: (Int, Int, Int, Int)
        /// The same in all headers.
        let side: (Int, Int)
    }

    init() {
        let at = image.place
        places = Places(
            corner: (at("CUTMINX"), at("CUTMINY")), centre: (at("CRPIX1"), at("CRPIX2")),
            sky: (at("CRVAL1"), at("CRVAL2")), angle: at("ROTPA"),
            matrix: (at("PC1_1"), at("PC1_2"), at("PC2_1"), at("PC2_2")), side: (at("NAXIS1"), at("NAXIS2")))
    }

    /// The first cards of an extension.
    static func extensionCards(
        bits: Int, name: String, side: Int
    ) -> [(key: String, value: String, comment: String)] {
        [
            ("XTENSION", "'IMAGE   '", "Image extension"), ("BITPIX", "\(bits)", "array data type"),
            ("NAXIS", "2", "number of array dimensions"), ("NAXIS1", "\(side)", ""), ("NAXIS2", "\(side)", ""),
            ("PCOUNT", "0", "number of parameters"), ("GCOUNT", "1", "number of groups"),
            ("EXTNAME", name, "extension name"),
        ]
    }

    /// Sets what differs from alert to alert.
    ///
    /// - Parameters:
    ///   - source: What the images are of.
    ///   - side: Pixels of a side.
    ///   - corner: The detector's pixel at the images' lower left.
    ///   - centre: Where the source is in the images, pixels from that pixel's centre.
    mutating func set(
        _ source: DetectedSource, side: Int, corner: (x: Int, y: Int), centre: (x: Double, y: Double)
    ) {
        for place in [places.side.0, places.side.1] {
            image.set(place, to: side)
            variance.set(place, to: side)
        }
        image.set(places.corner.0, to: corner.x - 1)
        image.set(places.corner.1, to: corner.y - 1)
        let (rotation, degrees) = (source.visit.rotation, FocalPlane.pixel / 3600)
        image.set(places.angle, to: rotation.degrees, decimals: 10)
        image.set(places.centre.0, to: centre.x + 1, decimals: 10)
        image.set(places.centre.1, to: centre.y + 1, decimals: 10)
        image.set(places.matrix.0, to: -rotation.cosine * degrees, decimals: 16)
        image.set(places.matrix.1, to: rotation.sine * degrees, decimals: 16)
        image.set(places.matrix.2, to: rotation.sine * degrees, decimals: 16)
        image.set(places.matrix.3, to: rotation.cosine * degrees, decimals: 16)
        image.set(places.sky.0, to: source.ra, decimals: 12)
        image.set(places.sky.1, to: source.dec, decimals: 12)
    }

    func append(_ part: Part, to file: inout [UInt8]) {
        switch part {
        case .image: file += image.bytes
        case .variance: file += variance.bytes
        }
    }
}
