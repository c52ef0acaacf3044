/// Why a catalogue of redshifts cannot be read.
package struct RedshiftCatalogueError: Error, Hashable, CustomStringConvertible {
    /// The catalogue's file.
    package let path: String
    /// What is wrong with it.
    package let detail: String

    /// The file and what is wrong with it.
    package var description: String { "\(path): \(detail)" }
}
