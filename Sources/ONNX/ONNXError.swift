/// Why a model cannot be loaded or run.
package struct ONNXError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Hashable, Sendable {
        /// ONNX Runtime is nowhere where it was looked for.
        case noLibrary
        /// A library of the name is there, and cannot be used.
        case unusableLibrary
        /// The bytes are no model, or one that is not taken.
        case invalidModel
        /// ONNX Runtime refused an input, or failed at it.
        case failed
    }

    /// What kind of failure it is.
    package let code: Code
    /// What is wrong; for a missing library where it was looked for.
    package let detail: String

    init(_ code: Code, _ detail: String) { (self.code, self.detail) = (code, detail) }

    package var description: String { detail }
}
