package import Alerts

/// A survey whose nights can be simulated, and how it sends them. Each is made in the folder of its night.
package struct SimulatedSurvey: Sendable {
    /// The survey.
    package let survey: Survey
    /// The night of who names none, YYYYMMDD.
    package let usualNight: Int
    /// The nights that can be simulated, YYYYMMDD.
    package let nights: ClosedRange<Int>
    /// Whether packets are written by a schema that is read from outside, and their supernovae drawn from a model.
    package let needsInputs: Bool
    /// How packets are framed on the survey's own stream.
    package let streamFrame: PacketPlan.Frame
    /// The header by which the survey's own stream says when a message was sent, ms since 1970 as text.
    package let timeHeader: String?
    /// How the survey's own stream is compressed on Kafka, as librdkafka names it.
    package let compression: String

    /// All of them, the usual one first.
    package static let all = [SimulatedNight.simulated, LSSTNight.simulated]
}
