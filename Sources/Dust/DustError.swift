/// Why a dust map cannot be used.
package struct DustError: Error, Hashable, CustomStringConvertible {
    package let path: String
    package let detail: String

    package var description: String { "\(path): \(detail)" }
}
