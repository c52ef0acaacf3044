internal import Alerts
internal import Configuration
internal import DataLayout
internal import Query

/// What a word of the command line names: an alert by its id, an object by its name.
enum NamedObject {
    /// An alert, or an object's newest. Where several surveys have an alert with the id, the newest, and says so.
    static func alert(_ word: String, in reader: DataReader) throws(BrokerError) -> ArchivedAlert {
        do throws(BrokerError) {
            let alert = try reader.alert(named: word)
            let surveys = try reader.surveys(ofAlert: alert.id)
            if word == "\(alert.id)", surveys.count > 1 {
                let titles = surveys.map(\.title).joined(separator: " and ")
                Terminal.info("\(titles) have an alert \(alert.id); this is \(alert.survey.title)'s, the newest")
            }
            return alert
        } catch { throw try hinted(error, word, reader) }
    }

    /// The objects of a name, of each survey one at most, with the other ids of its place where they are to be joined.
    static func objects(
        _ word: String, joins: Bool, in reader: DataReader
    ) throws(BrokerError) -> [ObjectRecord] {
        do throws(BrokerError) { return try reader.objects(named: word, joins: joins) } catch {
            throw try hinted(error, word, reader)
        }
    }

    /// The same error, with what may have been meant.
    private static func hinted(
        _ error: BrokerError, _ word: String, _ reader: DataReader
    ) throws(BrokerError) -> BrokerError {
        guard error.code == .unknownObject else { return error }
        let hint: String
        if let id = Int64(word), let name = try reader.objectName(ofAlert: id) {
            hint = "; \(id) is an alert of the object \(name)"
        } else {
            hint = Suggestion.text(for: word, among: try reader.objectNames(like: word))
        }
        return BrokerError(error.code, path: error.path, detail: error.detail + hint)
    }
}
