extension CRC32C {
    /// The sum of some bytes that can be put behind other bytes without reading them again.
    ///
    /// Source: the sums are remainders of polynomials over GF(2); bytes before others multiply by x^(8n), n the others'
    /// number (zlib, crc32.c, `crc32_combine`).
    package struct Part: Sendable {
        /// The checksum of the bytes.
        package let sum: UInt32
        /// x^(8n) modulo the polynomial, n the number of bytes.
        private let shift: UInt32

        /// The checksum of these bytes.
        package init(_ bytes: ArraySlice<UInt8>) {
            sum = CRC32C.of(bytes)
            shift = Self.power(ofBytes: bytes.count)
        }

        /// The sum of the bytes of `previous` and of these after them.
        package func after(_ previous: UInt32) -> UInt32 { Self.product(shift, previous) ^ sum }

        /// The polynomial, reflected: the highest bit is the factor of x^0.
        private static let polynomial: UInt32 = 0x82F6_3B78
        private static let one: UInt32 = 1 << 31

        /// x^8, its square, the square's square and so on.
        private static let squares: [UInt32] = (0..<Int.bitWidth).reduce(into: []) { squares, _ in
            squares.append(squares.last.map { product($0, $0) } ?? one >> 8)
        }

        private static func power(ofBytes count: Int) -> UInt32 {
            var (power, rest, index) = (one, count, 0)
            while rest > 0 {
                if rest & 1 == 1 { power = product(squares[index], power) }
                rest >>= 1
                index += 1
            }
            return power
        }

        private static func product(_ left: UInt32, _ right: UInt32) -> UInt32 {
            var (left, right, product) = (left, right, UInt32(0))
            while left != 0 {
                if left & one != 0 { product ^= right }
                left <<= 1
                right = right >> 1 ^ (right & 1 == 1 ? polynomial : 0)
            }
            return product
        }
    }
}
