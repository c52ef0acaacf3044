internal import Alerts
internal import DataLayout
internal import SQLite
internal import Synchronization

/// Looks up which alerts are archived, so that a night that is read again is not fitted again.
final class StoredAlerts: Sendable {
    /// One connection, used under the lock.
    private struct Connection: ~Copyable {
        let find: Statement
    }

    private let connection: Mutex<Connection>

    init(folder: String) throws(BrokerError) {
        let database = try FolderDatabase.open(folder)
        do {
            connection = Mutex(
                Connection(find: try database.prepare("SELECT 1 FROM archive WHERE survey = ? AND id = ?")))
        } catch { throw BrokerError(error) }
    }

    /// Whether the alert is archived; `false` where the lookup fails, since a superfluous fit changes nothing.
    func contains(_ alert: Alert) -> Bool {
        connection.withLock { connection in
            connection.find.bind(0, alert.survey.name)
            connection.find.bind(1, alert.id)
            defer { connection.find.reset() }
            return (try? connection.find.step()) ?? false
        }
    }
}
