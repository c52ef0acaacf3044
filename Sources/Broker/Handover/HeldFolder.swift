package import DataLayout
internal import Pipeline

/// A data folder whose lock this process holds, for work between two commits.
package final class HeldFolder {
    /// The folder's path.
    package let path: String
    let data: DataFolder
    /// The stages whose columns the tables have.
    let stages: StageList

    init(_ data: DataFolder, stages: StageList) {
        (path, self.data, self.stages) = (data.path, data, stages)
    }

    /// Takes the lock of a folder that is there.
    ///
    /// - Throws: ``DataLayout/BrokerError``, with code `inUse` where another process holds it, and `notADataFolder` for a
    ///   path without a data folder.
    package convenience init(_ path: String) throws(BrokerError) {
        // A path without a data folder must not become one.
        _ = try FolderDatabase.open(path)
        self.init(try DataFolder(path), stages: .standard)
    }
}
