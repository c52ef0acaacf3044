package import Alerts
package import DataLayout
package import Foundation
package import Pipeline
package import Query

/// The account of a night that is kept: what was received and what became of it, as files that are never changed.
package struct NightReceipt: Codable, Sendable, Hashable {
    /// A part of a stream, or a file.
    package struct Part: Codable, Sendable, Hashable {
        /// The source's name, as the ledger has it.
        package let source: String
        /// Kafka's partition; 0 for all else.
        package let partition: Int
        /// The night's first offset.
        package let from: Int
        /// The offset after the night's last.
        package let to: Int
        /// Packets that are accounted for; `nil` for a file.
        package let packets: Int?
        /// What became of their alerts, by counter.
        package let counts: [String: Int]
        /// Offsets that no folder has, as `from to`, the first hundred ranges.
        package let missing: [[Int]]
    }

    /// Alerts that were stored with one schema.
    package struct SchemaCount: Codable, Sendable, Hashable {
        /// Its name, and its version where it has one.
        package let name: String
        /// Its fingerprint.
        package let fingerprint: String
        /// Alerts.
        package let alerts: Int
    }

    /// Dead letters of one reason.
    package struct LetterCount: Codable, Sendable, Hashable {
        /// The reason, in a word.
        package let reason: String
        /// Letters that wait.
        package let letters: Int
    }

    /// How long alerts were on their way from one stage to another, seconds.
    package struct Latency: Codable, Sendable, Hashable {
        /// Where the time begins.
        package let from: String
        /// Where it ends.
        package let to: String
        /// Alerts of which both times are known.
        package let count: Int
        /// The median.
        package let p50: Double?
        /// The time that 95 of 100 did not exceed.
        package let p95: Double?
        /// The time that 99 of 100 did not exceed.
        package let p99: Double?
        /// The longest.
        package let max: Double?

        init(_ stage: LatencyStage, _ histogram: LatencyHistogram) {
            (from, to) = stage.ends
            count = histogram.count
            func seconds(_ time: Duration?) -> Double? { time.map { Double(Int($0 / .milliseconds(1))) / 1000 } }
            p50 = seconds(histogram.p50)
            p95 = seconds(histogram.p95)
            p99 = seconds(histogram.p99)
            max = seconds(histogram.max)
        }
    }

    /// Alerts of ten minutes.
    package struct Bin: Codable, Sendable, Hashable {
        /// Its beginning, MJD in TAI.
        package let mjdTAI: Double
        /// Alerts whose time lies in it.
        package let alerts: Int
        /// Those of them that passed the filter.
        package let passed: Int
    }

    /// The ids of the alerts that were received.
    package struct Ids: Codable, Sendable, Hashable {
        /// What the survey calls them.
        package let name: String
        /// Different ones.
        package let count: Int
        /// The SHA-256 over them, hexadecimal.
        package let sha256: String
        /// How it is made.
        package var rule = Self.rule

        /// How it is made.
        package static let rule =
            "SHA-256 over the different ids of the alerts received, ascending, each in decimal digits with a newline behind it"
    }

    /// The number of this form of a receipt.
    package var format = 1
    /// The survey's name.
    package let survey: String
    /// As people write it.
    package let title: String
    /// YYYYMMDD.
    package let night: Int
    /// From 1; a night that alerts reopened has another.
    package let edition: Int
    /// When it was made.
    package let date: Date
    /// Where the night was, as its conductor found; `nil` for a night that was not conducted.
    package let state: NightState?
    /// Why, in a sentence.
    package let reason: String?
    /// The conditions of a complete night; empty where it was not watched.
    package let clauses: [Clause]
    /// Whether the night is what lies between offsets of a stream; else it is what the ledger has of it.
    package internal(set) var isStream = false
    /// By source and partition.
    package internal(set) var parts: [Part] = []
    /// What became of the alerts, by counter.
    package internal(set) var counts: [String: Int] = [:]
    /// Stored alerts by the night that they are of.
    package internal(set) var nights: [String: Int] = [:]
    /// Stored alerts by schema, the most frequent first.
    package internal(set) var schemas: [SchemaCount] = []
    /// Dead letters by reason, the most frequent first.
    package internal(set) var deadLetters: [LetterCount] = []
    /// From stage to stage, in their order; empty where none is known, as for files.
    package internal(set) var latencies: [Latency] = []
    /// Alerts over time.
    package internal(set) var times: [Bin] = []
    /// The ids.
    package internal(set) var ids: Ids
    /// Why the account does not add up, a sentence each; empty where it does.
    package internal(set) var faults: [String] = []
    /// Whether it does.
    package internal(set) var addsUp = true
    /// What this receipt cannot see, a sentence each.
    package internal(set) var blindSpots: [String] = []

    /// The parts of streams that it is about; empty for a night that is not told by offsets.
    package var spans: [NightAccount.Span] {
        parts.compactMap { part in
            guard isStream, part.source.hasPrefix("kafka:") else { return nil }
            return NightAccount.Span(
                topic: String(part.source.dropFirst("kafka:".count)), partition: part.partition, from: part.from,
                to: part.to)
        }
    }

    /// The number of a counter.
    package func count(_ counter: Counts.Counter) -> Int { counts[counter.name] ?? 0 }
}

extension NightReceipt {
    /// Makes the receipt of a night out of what its data folders have.
    ///
    /// - Parameters:
    ///   - proof: What the conductor knows of the night; `nil` for one that was not conducted, which is the ledger's rows of it.
    ///   - night: YYYYMMDD.
    ///   - survey: The survey.
    ///   - reader: The data folders of all workers.
    ///   - edition: From 1.
    ///   - date: When it is made.
    /// - Returns: The receipt, which is not written.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package static func make(
        proof: NightProof?, night: Int, survey: Survey, reader: DataReader, edition: Int, date: Date
    ) throws(BrokerError) -> NightReceipt {
        let (spans, unknown) = try spans(of: proof, night: night, survey, reader)
        let account = try reader.account(of: survey, night: night, spans: spans)
        var receipt = NightReceipt(
            survey: survey.name, title: survey.title, night: night, edition: edition, date: date, state: proof?.state,
            reason: proof?.reason, clauses: proof?.clauses ?? [],
            ids: Ids(name: survey.idName, count: account.ids, sha256: account.idsDigest))
        receipt.isStream = !spans.isEmpty
        receipt.parts = account.parts.map {
            Part(
                source: $0.source, partition: $0.partition, from: $0.offsets.lowerBound, to: $0.offsets.upperBound,
                packets: $0.packets, counts: members($0.counts),
                missing: $0.missing.prefix(100).map { [$0.lowerBound, $0.upperBound] })
        }
        receipt.counts = members(account.counts)
        receipt.nights = Dictionary(uniqueKeysWithValues: account.nights.map { (String($0.key), $0.value) })
        receipt.schemas = account.schemas.map {
            SchemaCount(name: $0.name, fingerprint: $0.fingerprint, alerts: $0.alerts)
        }
        receipt.deadLetters = account.deadLetters.map { LetterCount(reason: $0.code, letters: $0.letters) }
        receipt.times = account.times.map { Bin(mjdTAI: $0.mjdTAI, alerts: $0.alerts, passed: $0.passed) }
        let latencies = try reader.latencies(of: survey, night: night)
        receipt.latencies = LatencyStage.allCases.compactMap { stage in latencies[stage].map { Latency(stage, $0) } }
        receipt.faults = (proof?.loss.map { [$0] } ?? []) + unknown + account.faults
        receipt.addsUp = receipt.faults.isEmpty
        receipt.blindSpots = blindSpots(isStream: !spans.isEmpty || proof != nil)
        return receipt
    }

    private static func members(_ counts: Counts) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: Counts.Counter.allCases.map { ($0.name, counts[$0]) })
    }

    /// The parts of a stream that are a night's, and what is unknown of them, a sentence each.
    private static func spans(
        of proof: NightProof?, night: Int, _ survey: Survey, _ reader: DataReader
    ) throws(BrokerError) -> (spans: [NightAccount.Span], unknown: [String]) {
        guard let slice = proof?.slice, !slice.partitions.isEmpty else {
            // A topic that has one night is the night's as a whole.
            return (survey.stream.isOneTopic ? [] : try reader.spans(ofTopicsOf: night), [])
        }
        var (spans, unknown): ([NightAccount.Span], [String]) = ([], [])
        for part in slice.partitions {
            let name = "kafka:\(part.topic), partition \(part.number)"
            if let from = part.from, let lowest = part.lowest, lowest > from {
                unknown.append(
                    "\(name): the server no longer had the offsets \(from) to \(lowest - 1): the beginning is lost")
            }
            if part.from == nil { unknown.append("\(name): where the night begins is unknown") }
            if part.to == nil {
                unknown.append("\(name): where the night ends is unknown; this is what was stored so far")
            }
            let from = Int(clamping: part.from ?? part.lowest ?? 0)
            var to = part.to.map { Int(clamping: $0) } ?? 0
            if part.to == nil { to = try reader.position(inTopic: part.topic, partition: Int(part.number)) }
            spans.append(
                NightAccount.Span(
                    topic: part.topic, partition: Int(part.number), from: max(0, from), to: max(0, to)))
        }
        return (spans, unknown)
    }

    private static func blindSpots(isStream: Bool) -> [String] {
        let survey =
            "Alerts that the survey did not make or send: its own losses before the stream are not in the stream."
        guard isStream else {
            return [survey, "Packets that are not in the files that were read."]
        }
        return [
            survey,
            "Messages that a producer of the survey gave up before the server had taken them: they have no offset.",
            "What an offset without a message was: a transaction's mark, a message that expired, or one that was removed. "
                + "Such offsets are named as missing.",
            "Messages that reached the topic after the night's last offset was read.",
            "Clocks: a latency is the difference between two computers' times.",
        ]
    }
}
