internal import Foundation

/// The catalogues of a folder, each in a file `NAME.catalogue`.
package enum CatalogueFolder {
    private static let suffix = ".catalogue"

    /// The file of a catalogue.
    package static func file(_ name: String, in folder: String) -> String { "\(folder)/\(name)\(suffix)" }

    /// All catalogues of a folder, by name; none where there is no folder.
    ///
    /// - Throws: ``CatalogueError`` for a file that is damaged.
    package static func all(in folder: String) throws(CatalogueError) -> [Catalogue] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var catalogues: [Catalogue] = []
        for file in files.sorted() where file.hasSuffix(suffix) {
            catalogues.append(try Catalogue(path: "\(folder)/\(file)"))
        }
        return catalogues
    }
}
