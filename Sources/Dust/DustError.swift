/// Why a dust map cannot be used.
package struct DustError: Error, Hashable, CustomStringConvertible {
    /// The map's file.
    package let path: String
    /// What is wrong with it.
    package let detail: String

    package var description: String { "\(path): \(detail)" }
}
