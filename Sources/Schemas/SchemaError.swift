/// Why a folder of schemas cannot be used.
package struct SchemaError: Error, Hashable, CustomStringConvertible {
    /// The file or folder that is wrong.
    package let path: String
    /// What is wrong with it.
    package let detail: String

    /// The path and what is wrong there.
    package var description: String { "\(path): \(detail)" }
}
