package import Alerts

/// A survey whose nights can be simulated, and how it sends them.
package enum SimulatedSurvey: String, Sendable, CaseIterable {
    case ztf, lsst

    /// The survey.
    package var survey: Survey { self == .ztf ? SimulatedNight.survey : LSSTNight.survey }

    /// The night of who names none, YYYYMMDD.
    package var usualNight: Int { self == .ztf ? 20_240_915 : 20_260_915 }

    /// The nights that can be simulated, YYYYMMDD.
    package var nights: ClosedRange<Int> { self == .ztf ? SimulatedNight.nights : LSSTNight.nights }

    /// Whether packets are written by a schema that is read from outside, and their supernovae drawn from a model.
    package var needsInputs: Bool { self == .lsst }

    /// How packets are framed on the survey's own stream.
    package var streamFrame: PacketPlan.Frame { self == .ztf ? .container : .confluent }

    /// The header by which the survey's own stream says when a message was sent, ms since 1970 as text.
    package var timeHeader: String? { self == .ztf ? nil : "producer_timestamp" }

    /// How the survey's own stream is compressed on Kafka, as librdkafka names it.
    package var compression: String { self == .ztf ? "none" : "snappy" }
}
