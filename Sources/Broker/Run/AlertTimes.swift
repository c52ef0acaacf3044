internal import Alerts
internal import DataLayout
internal import Foundation

/// The times of a stream's alert on its way, seconds since 1970 UTC.
struct AlertTimes {
    let survey: Survey
    /// The alert's id.
    let id: Int64
    /// YYYYMMDD.
    let night: Int
    /// When its exposure ended.
    let exposureEnd: Double
    /// When the survey says it sent it.
    let sent: Double?
    /// Kafka's time of its message.
    let arrival: Double
    /// When it was read.
    let received: Double?

    /// - Parameters:
    ///   - alert: The alert.
    ///   - sent: When the survey says it sent it, ms since 1970 UTC; 0 where it does not say.
    ///   - arrival: Kafka's time, ms.
    ///   - received: When it was read, ms; 0 where that is unknown.
    init(_ alert: Alert, sent: Int64, arrival: Int64, received: Int64) {
        survey = alert.survey
        id = alert.id
        night = alert.night
        exposureEnd = alert.exposureEnd
        self.sent = sent > 0 ? Double(sent) / 1000 : nil
        self.arrival = Double(arrival) / 1000
        self.received = received > 0 ? Double(received) / 1000 : nil
    }
}

/// Histograms of the times of a survey's night, by stage.
struct NightLatencies {
    private(set) var stages = [LatencyHistogram](repeating: LatencyHistogram(), count: LatencyStage.allCases.count)
    private static let indexes = Dictionary(
        uniqueKeysWithValues: LatencyStage.allCases.enumerated().map { ($0.element, $0.offset) })

    /// Adds an alert's.
    ///
    /// - Parameters:
    ///   - times: Its times.
    ///   - durable: When it was on the disk.
    ///   - published: When its products were published on Kafka; `nil` where they were not.
    mutating func add(_ times: AlertTimes, durable: Double, published: Double?) {
        if let sent = times.sent {
            add(sent - times.exposureEnd, .exposureToSent)
            add(times.arrival - sent, .sentToKafka)
        } else {
            add(times.arrival - times.exposureEnd, .exposureToKafka)
        }
        if let received = times.received {
            add(received - times.arrival, .kafkaToReceived)
            add(durable - received, .receivedToDurable)
            if let published { add(published - received, .receivedToPublished) }
        }
        add(durable - times.exposureEnd, .exposureToDurable)
    }

    private mutating func add(_ seconds: Double, _ stage: LatencyStage) {
        // A time that a packet or a clock has wrong may be any number.
        guard seconds.isFinite, let index = Self.indexes[stage] else { return }
        stages[index].add(.microseconds(Int(max(0, min(seconds, 1e9)) * 1e6)))
    }
}
