/// One text as packed by other implementations: Python 3.11 zlib and gzip, cramjam 2.11 snappy, zstandard 0.25.
enum Fixture {
    static let text = Array("candid 697131011515010000 ndet 4 candid 697131011515010001 ndet 5\n".utf8)
    static let deflate = bytes("4b4ecc4bc94c5130b334373436343034343534353034000285bc94d412051385641c0a0c210a4cb900")
    /// What fastavro writes: `zlib.compress(text)[2:-1]`, three bytes of Adler-32 behind the stream.
    static let fastavroDeflate = deflate + bytes("3d6410")
    static let snappy = bytes(
        "428863616e64696420363937313331303131353135303130303030206e64657420342063615621002031206e64657420350a")
    static let zstandard = bytes(
        "28b52ffd2042750100440263616e64696420363937313331303131353135303130303030206e64657420342031350a0200601021a07a02"
    )
    static let gzip = bytes("1f8b0800000000000203") + deflate + bytes("59263f1142000000")

    /// Bytes that compress, but not to nothing: a linear congruential generator with few symbols.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt32 = 12_345
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 27)
        }
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
