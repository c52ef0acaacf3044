import Alerts
import Avro
import Testing
import TestSupport

/// A small packet with all three cutouts, as FITS files.
struct TripletPacket {
    var packet = SmallPacket(candid: 7)
    var template: [UInt8]?
    var difference: [UInt8]?

    private static let schema: String = {
        let cutout = #"["ztf.alert.cutout", "null"], "default": null}"#
        return SmallPacket.schema.trimmingSuffix("]}")
            + #", {"name": "cutoutTemplate", "type": \#(cutout), {"name": "cutoutDifference", "type": \#(cutout)]}"#
    }()

    /// The alert as it is decoded.
    func decoded() throws -> DecodedAlert {
        var body = packet.body
        for image in [template, difference] {
            var encoder = BinaryEncoder()
            encoder.branch(image == nil ? 1 : 0)
            if let image {
                encoder.string("image.fits")
                encoder.bytes(image)
            }
            body += encoder.bytes
        }
        let encoder = ContainerEncoder(
            schema: Self.schema.utf8, codec: .null, sync: SyncMarker(low: 1, high: 2))
        var file = encoder.header
        try encoder.block(count: 1, data: body[...], into: &file)
        return try decode(file)
    }
}

/// The only alert of a container.
func decode(_ container: [UInt8]) throws -> DecodedAlert {
    var decoder = AlertDecoder()
    var found: DecodedAlert?
    try decoder.decode(container[...]) { found = $0 }
    return try #require(found)
}

/// A FITS file of 32-bit floats: FITS standard 4.0.
func fits(width: Int, height: Int, _ pixel: (_ row: Int, _ column: Int) -> Float) -> [UInt8] {
    let cards = ["SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    2"]
    let sides = [("NAXIS1", width), ("NAXIS2", height)].map { name, side in
        "\(name)  = " + String(repeating: " ", count: 20 - String(side).count) + String(side)
    }
    var file = (cards + sides + ["END"]).flatMap { card in
        Array(card.utf8) + Array(repeating: UInt8(ascii: " "), count: 80 - card.utf8.count)
    }
    file += Array(repeating: UInt8(ascii: " "), count: 2_880 - file.count)
    for row in 0..<height {
        for column in 0..<width { withUnsafeBytes(of: pixel(row, column).bitPattern.bigEndian) { file += $0 } }
    }
    return file + Array(repeating: 0, count: (2_880 - file.count % 2_880) % 2_880)
}

extension String {
    func trimmingSuffix(_ suffix: String) -> String {
        let text = self
        return text.hasSuffix(suffix) ? String(text.dropLast(suffix.count)) : text
    }
}
