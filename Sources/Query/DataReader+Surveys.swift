package import Alerts
package import DataLayout
internal import SQLite

extension DataReader {
    /// The surveys of which there are alerts.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func surveysWithAlerts() throws(BrokerError) -> [Survey] {
        var found: [Survey] = []
        for survey in Survey.all {
            for folder in folders where try folder.hasTable(survey.tables.alerts) && !found.contains(survey) {
                do {
                    let query = try folder.database.prepare("SELECT 1 FROM \(survey.tables.alerts) LIMIT 1")
                    if try query.step() { found.append(survey) }
                } catch { throw BrokerError(error) }
            }
        }
        return found
    }
}
