/// What a conductor has found at one moment.
package struct NightObservation: Sendable {
    /// A partition of the stream.
    package struct Partition: Hashable, Sendable {
        /// Where it is.
        package struct Key: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
            /// The topic's name.
            package let topic: String
            /// The partition's number.
            package let number: Int32

            /// A partition of a topic.
            package init(_ topic: String, _ number: Int32) { (self.topic, self.number) = (topic, number) }

            /// By topic, then by number.
            package static func < (left: Key, right: Key) -> Bool {
                (left.topic, left.number) < (right.topic, right.number)
            }

            package var description: String { "\(topic) [\(number)]" }
        }

        /// Where it is.
        package var key: Key
        /// The first offset that the server still has.
        package var low: Int64
        /// The offset after the last message.
        package var high: Int64
        /// Where the group has got to; `nil` where it has committed nothing.
        package var committed: Int64?
        /// The offset at which the night begins, where it was asked for; one topic for ever alone.
        package var nightBegin: Int64?
        /// Whether messages of the night may have expired before its begin was asked for.
        package var isBeginLost = false
        /// The offset at which the night ends, where it was asked for; one topic for ever alone.
        package var nightEnd: Int64?

        /// A partition.
        package init(_ key: Key, low: Int64 = 0, high: Int64, committed: Int64? = nil) {
            self.key = key
            self.low = low
            self.high = high
            self.committed = committed
        }
    }

    /// The night's stream.
    package enum Stream: Hashable, Sendable {
        /// No server answers, with the reason.
        case unreachable(String)
        /// There is no such topic.
        case missing
        /// The topic's partitions.
        case present([Partition])
    }

    /// What became of the night's messages, by the ledgers of the data folders or by the stores on Google Cloud.
    package struct Account: Codable, Hashable, Sendable {
        /// The ids of the stored alerts.
        package struct Ids: Codable, Hashable, Sendable {
            /// Different ones.
            package var count: Int
            /// The SHA-256 over them, hexadecimal: ascending, each in decimal digits with a newline behind it.
            package var sha256: String

            /// Ids.
            package init(count: Int, sha256: String) { (self.count, self.sha256) = (count, sha256) }
        }

        /// Messages that have a final state, by partition: the offset after the last.
        package var positions: [Partition.Key: Int64] = [:]
        /// Alerts received.
        package var received = 0
        /// Alerts stored.
        package var stored = 0
        /// Alerts that were there already.
        package var duplicates = 0
        /// Packets that could not be used.
        package var deadLettered = 0
        /// Why it does not add up, a line each.
        package var faults: [String] = []
        /// Messages that are not published or not acknowledged yet.
        package var unpublished = 0
        /// When the last exposure of the night ended, a modified Julian date in UTC; `nil` where no alert of it was stored.
        package var lastExposureEnd: Double?
        /// The ids; `nil` where the data folders have them.
        package var ids: Ids?

        /// An empty account.
        package init() {}
    }

    /// When: a modified Julian date, UTC.
    package var time: Double
    /// Seconds since the last observation, by a clock that is never set; 0 for the first of a process.
    package var elapsed: Double
    /// Seconds since the last observation that workers had to move in; what ``elapsed`` is, but in a drill.
    package var uptime: Double
    /// The Sun's altitude, degrees; `nil` where it is unknown.
    package var sunAltitude: Double?
    /// The night's stream.
    package var stream: Stream
    /// The account; `nil` where it was not read, as while the stream moves.
    package var account: Account?
    /// Why the account could not be read; `nil` where it could, or was not asked for.
    package var accountFailure: String?
    /// The workers.
    package var workers: [WorkerStatus]
    /// Whether somebody holds the workers.
    package var isHeld = false
    /// How far this machine's clock is from the stream's, where that is too far.
    package var clockError: String?
    /// Whether the date has jumped, so that nothing may end by it.
    package var isDateDoubtful = false
    /// Whether another night needs the workers.
    package var isSharingWorkers = false

    /// What was found.
    package init(time: Double, elapsed: Double, sunAltitude: Double?, stream: Stream, workers: [WorkerStatus] = []) {
        self.time = time
        self.elapsed = elapsed
        uptime = elapsed
        self.sunAltitude = sunAltitude
        self.stream = stream
        self.workers = workers
    }
}

extension WorkerStatus {
    /// Whether it has ended.
    var hasEnded: Bool { state == .stopped || state == .failed }
}
