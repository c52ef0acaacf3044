package import SQLite

/// A stretch of an alert's way.
package enum LatencyStage: String, CaseIterable, Sendable {
    /// From the end of the exposure to the time at which the survey says it sent the packet.
    case exposureToSent
    /// From there to Kafka's time of the message.
    case sentToKafka
    /// From the end of the exposure to Kafka's time, where the survey says no time of its own.
    case exposureToKafka
    /// From Kafka's time to when it was read.
    case kafkaToReceived
    /// From there to when it was on the disk.
    case receivedToDurable
    /// From there to when its products were published on Kafka.
    case receivedToPublished
    /// The whole way.
    case exposureToDurable

    /// Where the stretch begins and ends, as people read it.
    package var ends: (from: String, to: String) {
        switch self {
        case .exposureToSent: ("exposure end", "survey sent")
        case .sentToKafka: ("survey sent", "Kafka")
        case .exposureToKafka: ("exposure end", "Kafka")
        case .kafkaToReceived: ("Kafka", "received")
        case .receivedToDurable: ("received", "durable")
        case .receivedToPublished: ("received", "published")
        case .exposureToDurable: ("exposure end", "durable")
        }
    }
}

/// The table `stage_latency`: histograms by survey, night and stage.
package enum StageLatencyTable {
    /// Makes it.
    package static let definition = """
        CREATE TABLE IF NOT EXISTS stage_latency (
            survey TEXT NOT NULL, night INTEGER NOT NULL, stage TEXT NOT NULL, histogram TEXT NOT NULL,
            PRIMARY KEY (survey, night, stage)
        ) WITHOUT ROWID
        """

    /// A night's histograms by stage; none in a folder that an older Nightjar made.
    package static func histograms(
        survey: String, night: Int, in database: Database
    ) throws(SQLiteError) -> [LatencyStage: LatencyHistogram] {
        guard try database.hasTable("stage_latency") else { return [:] }
        let query = try database.prepare("SELECT stage, histogram FROM stage_latency WHERE survey = ? AND night = ?")
        query.bind(0, survey)
        query.bind(1, night)
        var found: [LatencyStage: LatencyHistogram] = [:]
        while try query.step() {
            guard let stage = query.text(0).flatMap({ LatencyStage(rawValue: $0) }) else { continue }
            found[stage] = query.text(1).flatMap { LatencyHistogram($0) }
        }
        return found
    }
}
