package import DataLayout
package import Threads

/// What an intake may know of the run that it reads for.
package struct IntakeContext {
    /// Path of the data folder; see ``StoredPositions``.
    package let folder: String
    /// Asks to stop.
    package let stop: StopSignal
    /// Logs a change of state, in a line.
    package let log: @Sendable (String) -> Void
    private let dataFolder: DataFolder

    init(_ folder: DataFolder, stop: StopSignal, log: @escaping @Sendable (String) -> Void) {
        self.folder = folder.path
        self.stop = stop
        self.log = log
        dataFolder = folder
    }

    /// The name under which this data folder's worker is known to a group, for good.
    ///
    /// - Throws: ``BrokerError`` where it cannot be read, or made.
    package func workerName() throws(BrokerError) -> String { try dataFolder.workerName() }
}
