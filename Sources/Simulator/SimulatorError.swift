/// Why a night could not be simulated or written.
package struct SimulatorError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable { case invalidArgument, missingInput, cannotWrite, cannotEncode, stopped }

    /// What kind of failure it is.
    package let code: Code
    /// The file that was to be written, or the folder that lacks something; empty where it is none.
    package let path: String
    /// What went wrong.
    package let detail: String

    init(_ code: Code, path: String = "", detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    package var description: String { path.isEmpty ? detail : "\(path): \(detail)" }
}
