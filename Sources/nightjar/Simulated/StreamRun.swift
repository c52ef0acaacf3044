internal import Foundation
internal import Kafka
internal import Simulator
internal import Threads

/// One sending of a simulated night.
struct StreamRun {
    /// Of a wait for room in the producer's queue, so that a stop is heeded.
    private static let step = Duration.milliseconds(200)
    /// How long a stop waits for what was handed over.
    private static let grace = Duration.seconds(30)

    private let producer: KafkaProducer
    private let topic: String
    private let partitions: [Int32]
    private let header: String?
    private let pace: StreamPace
    private let stop: StopSignal
    private var began = ContinuousClock.now
    /// Alerts that were handed over.
    private(set) var sent = 0
    /// Of the packets that were handed over.
    private(set) var bytes = 0
    /// From the first alert to the last delivery.
    private(set) var seconds = 0.0

    init(
        producer: KafkaProducer, topic: String, partitions: [Int32], header: String?, pace: StreamPace,
        stop: StopSignal
    ) {
        (self.producer, self.topic, self.partitions) = (producer, topic, partitions)
        (self.header, self.pace, self.stop) = (header, pace, stop)
    }

    /// Sends all of a night, or what is sent until it is to stop.
    mutating func send(_ night: some NightPackets, truth: WholeFile?) throws {
        try truth?.write(Array((type(of: night).truthHeader + "\n").utf8))
        let width = ProcessInfo.processInfo.activeProcessorCount
        let chunk = type(of: night).chunk
        var start = 0
        began = .now
        while start < night.alerts, !stop.isSet {
            let end = min(night.alerts, start + width * chunk)
            let pieces = try stride(from: start, to: end, by: chunk).map { $0..<min(end, $0 + chunk) }
                .concurrentMap { range throws(SimulatorError) in try night.packets(range) }
            // The clock begins when the first alerts are there to be sent.
            if start == 0 { began = .now }
            for packet in pieces.joined() {
                let due = began + .seconds(pace.due(sent))
                if due > .now { stop.wait(for: due - .now) }
                guard try !stop.isSet && hand(packet) else { return }
                try truth?.write(Array((packet.truthRow + "\n").utf8))
            }
            start = end
        }
    }

    /// Hands a packet to the producer.
    ///
    /// - Returns: Whether it was taken before the stop.
    private mutating func hand(_ packet: SimulatedPacket) throws -> Bool {
        let now = Date().timeIntervalSince1970 * 1000
        let headers = header.map { [KafkaHeader($0, now.description)] } ?? []
        while true {
            do throws(KafkaError) {
                try producer.send(
                    topic: topic, partition: partitions[sent % partitions.count], payload: packet.bytes[...],
                    headers: headers, timeout: Self.step)
                sent += 1
                bytes += packet.bytes.count
                return true
            } catch {
                guard error.code == .queueFull else { throw error }
                if stop.isSet { return false }
            }
        }
    }

    /// Waits until the servers have what was handed over.
    ///
    /// - Returns: How many messages they have, and why they have not got the others.
    mutating func finish() -> (delivered: Int, reason: String?) {
        var reason: String?
        do throws(KafkaError) { try producer.flush(timeout: stop.isSet ? Self.grace : .seconds(300)) } catch {
            reason = error.detail
        }
        seconds = (ContinuousClock.now - began) / .seconds(1)
        return (producer.deliveries.delivered, reason)
    }
}
