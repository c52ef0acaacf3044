package import DataLayout
package import Threads

/// The parts of a run that an intake uses.
package struct IntakeContext {
    /// Path of the data folder; see ``StoredPositions``.
    package let folder: String
    /// Requests a stop.
    package let stop: StopSignal
    /// Logs a change of state in a line.
    package let log: @Sendable (String) -> Void
    /// Shows that the run's threads are alive while they wait.
    package let monitor: RunMonitor
    private let dataFolder: DataFolder

    init(
        _ folder: DataFolder, stop: StopSignal, monitor: RunMonitor = RunMonitor(),
        log: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder.path
        self.stop = stop
        self.monitor = monitor
        self.log = log
        dataFolder = folder
    }

    /// The name of this data folder's worker in a group, which never changes.
    ///
    /// - Throws: ``BrokerError`` where the database cannot be read or written.
    package func workerName() throws(BrokerError) -> String { try dataFolder.workerName() }
}
