/// Which pixels of a cutout are not to be trusted, and why.
package struct CutoutMask: Sendable, Hashable {
    /// A reason for which a pixel is marked.
    package struct Plane: Sendable, Hashable {
        /// Its name, as `BAD` or `SAT`: the header's keyword without `MP_`; `MASK` where the header names none.
        package let name: String
        /// Which bit of a pixel's value it is, 0 the lowest.
        package let bit: Int
    }

    /// The planes, by their bits.
    package let planes: [Plane]
    /// A value for each pixel, in the image's order.
    package let bits: [UInt32]

    /// A mask of a bit for each plane; without planes each value but 0 is the plane `MASK`.
    init(planes: [Plane], bits: [UInt32]) {
        guard planes.isEmpty else {
            self.planes = planes.sorted { ($0.bit, $0.name) < ($1.bit, $1.name) }
            self.bits = bits
            return
        }
        self.planes = [Plane(name: "MASK", bit: 0)]
        self.bits = bits.map { $0 == 0 ? 0 : 1 }
    }

    /// The bits of the planes of some names.
    package func bits(of names: Set<String>) -> UInt32 {
        planes.reduce(0) { names.contains($1.name) ? $0 | 1 << UInt32($1.bit) : $0 }
    }

    /// The names of the planes that a pixel is in.
    package func names(at pixel: Int) -> [String] {
        planes.filter { bits[pixel] >> UInt32($0.bit) & 1 == 1 }.map(\.name)
    }
}
