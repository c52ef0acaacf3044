import Broker
import Foundation
import Kafka
import TestServers
import TestSupport

/// A simulated night on a Kafka topic of its own, with all that may happen on such: packets of no use, and some twice.
final class CloudNight {
    static let topic = "ztf_20240915_programid1"
    private static let partitions: Int32 = 4

    let server: KafkaServer
    /// Different alerts.
    let alerts: Int
    /// Messages that are no alerts, one of them empty.
    let useless: [[UInt8]]
    /// Alerts that were sent a second time.
    let duplicates: Int
    /// Every message, in the order of sending.
    let messages: [[UInt8]]

    var address: String { "kafka://\(server.address)/\(Self.topic)" }

    /// - Parameters:
    ///   - alerts: Different alerts.
    ///   - taken: When Kafka takes the first message, and each other a second after the one before; without it now.
    /// - Throws: What keeps the packets from being made or sent.
    init(alerts: Int, taken: Date? = nil) throws {
        server = try KafkaServer()
        self.alerts = alerts
        let packets = try Self.simulated(alerts)
        useless = [
            Array("no alert at all".utf8), [], Array(packets[0].prefix(packets[0].count / 2)),
            [0xC3, 0x01] + packets[1].prefix(100),
        ]
        var messages: [[UInt8]] = []
        for (index, packet) in packets.enumerated() {
            messages.append(packet)
            if index % 37 == 5, index / 37 < useless.count { messages.append(useless[index / 37]) }
        }
        // What did not find its place among few alerts comes at the end, and then some alerts again.
        messages += useless.dropFirst(packets.count < 6 ? 0 : (packets.count - 6) / 37 + 1)
        let again = packets.enumerated().filter { $0.offset % 15 == 3 }.map(\.element)
        duplicates = again.count
        self.messages = messages + again
        try send(taken)
    }

    /// The packets of a simulated night, in the order of their names.
    static func simulated(_ alerts: Int) throws -> [[UInt8]] {
        let folder = try TemporaryFolder()
        let tarball = folder.file("night.tar.gz")
        let words = ["simulate", "--alerts", String(alerts), "--seed", "7", "--night", "20240915", "--out", tarball]
        guard try NightjarProcess(words).outcome(within: 600).status == 0 else { throw SmallNight.NoTar() }
        try FileManager.default.createDirectory(atPath: folder.file("packets"), withIntermediateDirectories: true)
        try SmallNight.tar(["-xzf", tarball, "-C", folder.file("packets")])
        let names = (FileManager.default.enumerator(atPath: folder.file("packets"))?.allObjects as? [String]) ?? []
        return try names.filter { $0.hasSuffix(".avro") }.sorted().map { name in
            Array(try Data(contentsOf: URL(filePath: folder.file("packets/\(name)"))))
        }
    }

    private func send(_ taken: Date?) throws {
        let configuration = KafkaConfiguration(brokers: server.address)
        try KafkaAdmin(configuration).create(
            // Messages of another year expire at once.
            topic: Self.topic, partitions: Self.partitions, settings: taken == nil ? [:] : ["retention.ms": "-1"])
        let producer = try KafkaProducer(configuration)
        for (index, message) in messages.enumerated() {
            try producer.send(
                topic: Self.topic, partition: Int32(index) % Self.partitions, payload: message[...],
                timestamp: taken.map { Int64($0.timeIntervalSince1970 + Double(index)) * 1_000 })
        }
        try producer.flush()
    }

    /// Messages on the topic, as its watermarks have it.
    func watermark() throws -> Int {
        let marks = try KafkaAdmin(KafkaConfiguration(brokers: server.address)).watermarks(of: Self.topic)
        return Int(marks.values.map { $0.high - $0.low }.reduce(0, +))
    }
}
