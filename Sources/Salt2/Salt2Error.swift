/// Why a model or bandpass cannot be used, or a line not be read, and where.
package struct Salt2Error: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Hashable, Sendable {
        /// A file of the model folder is not there.
        case missingFile
        /// A file is there, but cannot be read or holds what is no number.
        case unreadableFile
        /// A grid's rows do not fill it: the file was cut, or its coordinates are out of order.
        case cutFile
        /// A colour law of a kind not known.
        case badColorLaw
        /// A transmission curve that is no curve.
        case badPassband
        /// A bandpass reaches beyond the model's wavelengths.
        case outsideModel
        /// A bandpass nobody loaded.
        case unknownBand
        /// A line of JSON that lacks a field, or holds a wrong one.
        case badLine
    }

    /// What kind of failure it is.
    package let code: Code
    /// File, bandpass or field that is meant.
    package let location: String
    /// What is wrong there.
    package let detail: String

    /// An error at a location.
    package init(_ code: Code, location: String, detail: String) {
        self.code = code
        self.location = location
        self.detail = detail
    }

    package var description: String { "\(location): \(detail)" }
}
