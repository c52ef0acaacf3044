/// Why a FITS file or an image in one cannot be read.
package struct FITSError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Hashable, Sendable {
        /// The bytes are no FITS image, or a damaged one.
        case notFITS
        /// The image is larger than is read.
        case tooLarge
    }

    /// What kind of failure it is.
    package let code: Code
    /// What is wrong, in a few words.
    package let detail: String

    /// An error of this kind.
    package init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }

    /// What is wrong.
    package var description: String { detail }
}
