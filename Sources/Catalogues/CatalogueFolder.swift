internal import Foundation

/// The catalogues of a folder, each in a file `NAME.catalogue`.
package enum CatalogueFolder {
    private static let suffix = ".catalogue"

    /// The file of a catalogue.
    package static func file(_ name: String, in folder: String) -> String { "\(folder)/\(name)\(suffix)" }

    /// All catalogues of a folder, by name.
    ///
    /// - Throws: ``CatalogueError`` where there is no such folder, for a file that is damaged, and for two of one name.
    package static func all(in folder: String) throws(CatalogueError) -> [Catalogue] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw CatalogueError(folder, "there is no such folder of catalogues")
        }
        guard isFolder.boolValue else { throw CatalogueError(folder, "is no folder of catalogues") }
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw CatalogueError(folder, "cannot be read")
        }
        var catalogues: [String: Catalogue] = [:]
        for file in files.sorted() where file.hasSuffix(suffix) {
            let catalogue = try Catalogue(path: "\(folder)/\(file)")
            if let other = catalogues.updateValue(catalogue, forKey: catalogue.name) {
                throw CatalogueError(
                    catalogue.path,
                    "has the catalogue '\(catalogue.name)' as \(other.path) has: 'nightjar catalogue add' gives another name"
                )
            }
        }
        return catalogues.values.sorted { $0.name < $1.name }
    }
}
