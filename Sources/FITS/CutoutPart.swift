/// A part of a cutout's file, for listings.
package struct CutoutPart: Sendable, Hashable {
    /// What it is.
    package enum Use: Sendable, Hashable {
        /// The image itself.
        case image
        /// The variance of each pixel.
        case variance
        /// The mask of each pixel.
        case mask
        /// Something else, such as the point-spread function.
        case other
        /// A mask or a variance that cannot be used, and why.
        case unusable(String)
    }

    /// What it is.
    package let use: Use
    /// `EXTNAME`; empty where it has none.
    package let name: String
    /// Pixels along its axes.
    package let sides: [Int]

    /// `variance UNCERT 30 x 30`, or the like.
    package var text: String {
        let size = sides.map { String($0) }.joined(separator: " x ")
        let shown = ([name, size].filter { !$0.isEmpty }).joined(separator: " ")
        switch use {
        case .image: return "image " + shown
        case .variance: return "variance " + shown
        case .mask: return "mask " + shown
        case .other: return shown.isEmpty ? "an empty part" : shown
        case .unusable(let reason): return shown + " (\(reason))"
        }
    }
}
