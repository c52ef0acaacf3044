internal import Foundation

/// The schemas that Rubin publishes, where scripts/fetch-schemas has brought them; they are never committed.
package enum PublishedSchemas {
    /// Why a test that needs them did not run.
    package static let skipped = "skipped: no schemas/ here (scripts/fetch-schemas brings them)"

    /// The folder of the sets by version, `11/1` and so on.
    package static let folder: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "schemas/lsst").path
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    /// Whether they are there, or have to be.
    package static let areThere = ContinuousIntegration.runs(folder != nil)
}
