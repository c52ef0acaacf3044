/// Why a picture cannot be drawn, or an image not be read.
package struct FiguresError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// The bytes are no FITS image, or a damaged one.
        case notFITS
        /// The image is larger than a cutout may be.
        case tooLarge
        /// cairo could not draw.
        case cannotDraw
    }

    package let code: Code
    package let detail: String

    package init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { detail }
}
