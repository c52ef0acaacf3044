/// Why a catalogue of redshifts cannot be read.
package struct RedshiftCatalogueError: Error, Hashable, CustomStringConvertible {
    /// The catalogue's file.
    package let path: String
    /// The reason.
    package let detail: String

    /// The file and the reason.
    package var description: String { "\(path): \(detail)" }
}
