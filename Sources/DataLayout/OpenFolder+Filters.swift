package import Alerts
package import Pipeline
internal import SQLite

/// A version of a filter that has judged alerts of a folder.
package struct FilterVersion: Hashable, Sendable {
    /// The survey.
    package let survey: Survey
    /// The filter's name.
    package let name: String
    /// The SHA-256 of its text.
    package let version: String
    /// When it first judged, UTC, ISO 8601.
    package let added: String
    /// When it last judged, UTC, ISO 8601.
    package let last: String
    /// Its text.
    package let sql: String
}

extension OpenFolder {
    /// The versions of filters that have judged alerts, by survey and name, each filter's last one at the end.
    ///
    /// - Throws: ``BrokerError``.
    package func filterVersions() throws(BrokerError) -> [FilterVersion] {
        do throws(SQLiteError) {
            guard try database.hasTable("filter_versions") else { return [] }
            let query = try database.prepare(
                """
                SELECT survey, filter, version, added, sql, last FROM filter_versions
                ORDER BY survey, filter, last, added, version
                """)
            var versions: [FilterVersion] = []
            while try query.step() {
                guard let survey = query.text(0).flatMap({ Survey.named($0) }) else { continue }
                versions.append(
                    FilterVersion(
                        survey: survey, name: query.text(1) ?? "", version: query.text(2) ?? "",
                        added: query.text(3) ?? "", last: query.text(5) ?? "", sql: query.text(4) ?? ""))
            }
            return versions
        } catch { throw BrokerError(error) }
    }

    /// The streams of filters that have judged alerts, by survey.
    ///
    /// - Throws: ``BrokerError``.
    package func filterStreams() throws(BrokerError) -> [Survey: [StreamKind]] {
        var streams: [Survey: [StreamKind]] = [:]
        for version in try filterVersions() {
            let stream = StreamKind.filter(version.name)
            if streams[version.survey]?.contains(stream) != true { streams[version.survey, default: []].append(stream) }
        }
        return streams
    }

    /// The streams that have subscribers: those that every folder has, and its filters'.
    ///
    /// - Throws: ``BrokerError``.
    package func topics() throws(BrokerError) -> [Topic] {
        let filters = try filterStreams()
        return Topic.own
            + filters.sorted { $0.key.name < $1.key.name }.flatMap { survey, streams in
                streams.map { Topic(survey, $0) }
            }
    }
}
