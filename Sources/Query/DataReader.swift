package import Alerts
package import DataLayout
internal import SQLite

/// The read side: one or several data folders, open once and read as one, beside runs that may write to them.
///
/// Each worker of a group has a folder of its own. What is read of several is put together in a defined order: alerts and
/// points by time, cones by distance, ledgers by night and source; dead letters and messages of topics folder by folder, as
/// the folders were named, and by number in each. An alert that several folders have is read from the first of them.
package struct DataReader {
    /// The folders, in the order in which they were named.
    package let folders: [OpenFolder]

    /// Opens data folders.
    ///
    /// - Parameter paths: The first has precedence. Of none there is nothing to read, as of a night without alerts.
    /// - Throws: ``DataLayout/BrokerError`` for the first that is no data folder.
    package init(_ paths: [String]) throws(BrokerError) {
        var folders: [OpenFolder] = []
        for path in paths { folders.append(try OpenFolder(path)) }
        self.folders = folders
    }

    /// The same without the folders that have alerts of other surveys alone: a ledger does not say whose a night is.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func limited(to survey: Survey) throws(BrokerError) -> DataReader {
        var found: [OpenFolder] = []
        for folder in folders {
            let surveys = try folder.surveys()
            if surveys.isEmpty || surveys.contains(survey) { found.append(folder) }
        }
        return DataReader(found)
    }

    private init(_ folders: [OpenFolder]) { self.folders = folders }

    /// The folders' paths, for messages.
    package var paths: String { folders.map(\.path).joined(separator: ", ") }

    /// Ends statements that still run at a time, so that no reader holds up those who write: they fail with an error of code
    /// `interrupted`.
    package func setDeadline(_ deadline: ContinuousClock.Instant) {
        for folder in folders { folder.database.setDeadline(deadline) }
    }

    /// Keeps more pages of each folder's database in memory than SQLite does by itself, for a reader that is asked often.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where SQLite refuses.
    package func setCache(bytes: Int) throws(BrokerError) {
        for folder in folders {
            do { try folder.database.execute("PRAGMA cache_size = -\(bytes >> 10)") } catch { throw BrokerError(error) }
        }
    }

    /// Segments whose headers are damaged; what was read of them was given all the same.
    package var damagedHeaders: [BrokerError] { folders.flatMap(\.damagedHeaders) }
}

extension OpenFolder {
    /// The surveys whose alerts it has.
    fileprivate func surveys() throws(BrokerError) -> [Survey] {
        var found: [Survey] = []
        for survey in Survey.all where try hasTable(survey.tables.alerts) {
            do {
                if try database.prepare("SELECT 1 FROM \(survey.tables.alerts) LIMIT 1").step() { found.append(survey) }
            } catch { throw BrokerError(error) }
        }
        return found
    }
}
