package import Alerts
package import Pipeline

/// What became of a night's packets, over several data folders.
///
/// Where the night is a part of a stream, each packet is told by its offset: what is stored, repeated or a dead letter between two
/// offsets is the night's, whichever night its alerts are of. Where it came as files, it is what the ledger has of the night.
package struct NightAccount: Sendable {
    /// A part of one partition of a stream: the offsets of a range.
    package struct Span: Hashable, Sendable {
        /// The topic's name.
        package let topic: String
        /// The partition's number.
        package let partition: Int
        /// From the first offset to the one after the last.
        package let offsets: Range<Int>

        /// A part of a partition; one that ends before it begins is empty.
        package init(topic: String, partition: Int, from: Int, to: Int) {
            self.topic = topic
            self.partition = partition
            offsets = from..<max(from, to)
        }

        /// The source's name, as the ledger has it.
        var source: String { "kafka:\(topic)" }
    }

    /// What became of a part of a stream, or of a file.
    package struct Part: Sendable {
        /// The source's name, as the ledger has it.
        package let source: String
        /// Kafka's partition; 0 for all else.
        package let partition: Int
        /// The numbers of the packets that were asked for, or those that the ledger has.
        package let offsets: Range<Int>
        /// What became of their alerts.
        package internal(set) var counts = Counts()
        /// Packets that are accounted for; `nil` for a file, of which the ledger counts the alerts alone.
        package internal(set) var packets: Int?
        /// Packets that no folder has: a stream's transaction marks, messages that expired, or a loss. Empty for files, which
        /// are marked where they were not read to their end.
        package internal(set) var missing: [Range<Int>] = []
    }

    /// Alerts that were stored with one schema.
    package struct SchemaCount: Sendable, Hashable {
        /// The schema's name with its namespace, and its version where it has one: `ztf.alert 3.3`.
        package let name: String
        /// The fingerprint of the archive's schema.
        package let fingerprint: String
        /// Alerts.
        package var alerts: Int
    }

    /// Dead letters of one reason.
    package struct LetterCount: Sendable, Hashable {
        /// The reason, in a word.
        package let code: String
        /// Letters that wait.
        package let letters: Int
    }

    /// Alerts of a stretch of time.
    package struct Bin: Sendable, Hashable {
        /// Its beginning, MJD in TAI.
        package let mjdTAI: Double
        /// Alerts whose time lies in it.
        package let alerts: Int
        /// Those of them that passed the filter.
        package let passed: Int
    }

    /// Days of a ``Bin``: ten minutes.
    package static let binWidth = 1.0 / 144

    /// The survey.
    package let survey: Survey
    /// YYYYMMDD.
    package let night: Int
    /// By source and partition.
    package internal(set) var parts: [Part] = []
    /// The sum over all parts.
    package internal(set) var counts = Counts()
    /// Stored alerts by the night that they are of, YYYYMMDD.
    package internal(set) var nights: [Int: Int] = [:]
    /// Stored alerts by schema, the most frequent first.
    package internal(set) var schemas: [SchemaCount] = []
    /// Dead letters by reason, the most frequent first.
    package internal(set) var deadLetters: [LetterCount] = []
    /// Alerts over time, those without any left out.
    package internal(set) var times: [Bin] = []
    /// Different ids of the alerts that were received.
    package internal(set) var ids = 0
    /// The SHA-256 over these ids, hexadecimal: in ascending order, each as decimal digits with a newline behind it.
    package internal(set) var idsDigest = ""
    /// These ids in any order; those that came more than once are there more than once.
    package internal(set) var receivedIds: [Int64] = []
    /// Why the account does not add up, a sentence each; empty where it does.
    package internal(set) var faults: [String] = []

    /// Whether every packet is accounted for, and none twice.
    package var addsUp: Bool { faults.isEmpty }

    init(survey: Survey, night: Int) {
        self.survey = survey
        self.night = night
    }
}
