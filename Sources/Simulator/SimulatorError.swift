/// Why a night could not be simulated or written.
package struct SimulatorError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable { case invalidArgument, cannotWrite, cannotEncode, stopped }

    package let code: Code
    package let path: String
    package let detail: String

    init(_ code: Code, path: String = "", detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    package var description: String { path.isEmpty ? detail : "\(path): \(detail)" }
}
