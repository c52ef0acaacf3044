import Foundation

/// A part of a FITS file, as FITS 4.0 has it: cards of 80 bytes, blocks of 2880, numbers big-endian.
struct FITSPart {
    var cards: [String]
    var data: [UInt8]

    /// An image; `cards` replace those of the same name or come before the END.
    init(_ width: Int, _ height: Int, _ data: [UInt8], bits: Int = -32, _ cards: String...) {
        let usual = [
            "SIMPLE  =                    T", "BITPIX  = \(bits)", "NAXIS   = 2", "NAXIS1  = \(width)",
            "NAXIS2  = \(height)",
        ]
        let names = cards.map { $0.prefix(8) }
        self.cards = usual.filter { !names.contains($0.prefix(8)) } + cards.filter { $0.hasPrefix("SIMPLE") }
        self.cards += cards.filter { !$0.hasPrefix("SIMPLE") }
        self.data = data
    }

    var bytes: [UInt8] {
        var bytes = Array((cards + ["END"]).map { $0.padding(toLength: 80, withPad: " ", startingAt: 0) }.joined().utf8)
        while bytes.count % 2880 != 0 { bytes.append(UInt8(ascii: " ")) }
        bytes += data
        while bytes.count % 2880 != 0 { bytes.append(0) }
        return bytes
    }
}

/// Numbers as FITS has them.
func bigEndian<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
