/// What stands behind an image in its file: its variance, its mask, and other parts.
///
/// Parts are told by `EXTNAME`: LSST's pipelines write `VARIANCE` and `MASK`, astropy's `CCDData`, which packs the cutouts of alerts,
/// `UNCERT` and `MASK`. What cannot be used is said and left out: the image stays.
struct FITSPlanes {
    /// Parts of a file that are looked at; LSST's cutouts have three or four.
    private static let mostParts = 16

    private(set) var variance: [Float]?
    private(set) var mask: CutoutMask?
    private(set) var parts: [CutoutPart] = []

    init(behind image: FITSImage) {
        var rest = image.rest
        while rest.starts(with: Array("XTENSION=".utf8)), parts.count < Self.mostParts {
            guard let header = try? FITSHeader(rest), let sides = header.sides,
                let length = header.dataLength(limit: rest.endIndex - header.end)
            else {
                parts.append(
                    CutoutPart(use: .unusable("damaged: the rest of the file is not read"), name: "a part", sides: []))
                return
            }
            let data = rest[header.end..<header.end + length]
            parts.append(CutoutPart(use: use(header, sides, data, of: image), name: header.name, sides: sides))
            rest = rest[min(rest.endIndex, header.end + FITSHeader.padded(length))...]
        }
    }

    /// Takes what a part says, and says what it is.
    private mutating func use(
        _ header: FITSHeader, _ sides: [Int], _ data: ArraySlice<UInt8>, of image: FITSImage
    ) -> CutoutPart.Use {
        let isMask = header.name == "MASK"
        guard isMask || header.name == "VARIANCE" || header.name == "UNCERT" else { return .other }
        guard header.kind == "IMAGE", sides == [image.width, image.height], header.parameters == 0, header.groups == 1
        else { return .unusable("not of the image's size") }
        guard isMask ? mask == nil : variance == nil else { return .unusable("the second of its kind") }
        if isMask {
            guard let bits = FITSImage.bits(data, header) else { return .unusable("not of whole numbers") }
            mask = CutoutMask(planes: header.planes, bits: bits)
            return .mask
        }
        guard header.scale.isFinite, header.scale != 0, header.zero.isFinite else {
            return .unusable("BSCALE or BZERO")
        }
        let values = FITSImage.pixels(data, header)
        switch header.name == "VARIANCE" ? "VarianceUncertainty" : header.uncertainty {
        case "VarianceUncertainty": variance = values.map { $0 >= 0 ? $0 : .nan }
        case "StdDevUncertainty": variance = values.map { $0 >= 0 ? $0 * $0 : .nan }
        case "InverseVariance": variance = values.map { $0 > 0 ? 1 / $0 : .nan }
        default: return .unusable("UTYPE says no kind that is known")
        }
        return .variance
    }
}
