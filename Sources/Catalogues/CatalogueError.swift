/// What is wrong with a catalogue or the table that it is made of.
package struct CatalogueError: Error, Hashable, CustomStringConvertible {
    /// The file.
    package let path: String
    /// What is wrong.
    package let reason: String

    /// An error in a file.
    package init(_ path: String, _ reason: String) { (self.path, self.reason) = (path, reason) }

    package var description: String { "\(path): \(reason)" }
}
