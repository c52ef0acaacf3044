internal import Broker
internal import DataLayout
internal import GoogleAuth
internal import PubSub
internal import Packets
internal import Pipeline
internal import Synchronization
internal import Threads

/// Reads a subscription, and acknowledges each message once its products are durable.
///
/// A message that is delivered again, as after a crash, is recognised by its alert's id and counts as a duplicate. Pub/Sub has
/// no offsets: messages are numbered after the last one that this folder has accounted for. The source's key contains the
/// worker's name, since the workers that share a subscription each have their own numbers.
final class PubSubIntake: Intake {
    private static let batchPackets = 256
    /// Bytes of messages that are not acknowledged yet, at most.
    private static let bytes = 64 << 20
    /// Messages of a killed worker are delivered again after this time.
    static let lease = Duration.seconds(10)

    private let source: PubSubSource
    private let subscriber: Subscriber
    private let key: SourceKey
    private let folder: String
    /// The messages in the open transaction.
    private let open = Mutex<[Delivery]>([])

    /// - Parameters:
    ///   - source: The subscription.
    ///   - context: The run.
    /// - Throws: ``BrokerError`` where there is no such subscription, or the folder cannot be read.
    init(_ source: PubSubSource, _ context: IntakeContext) throws(BrokerError) {
        self.source = source
        folder = context.folder
        let name = source.subscription
        key = SourceKey(name: "pubsub:\(name.project)/\(name.id)", fingerprint: try context.workerName())
        do throws(GoogleCloudError) {
            _ = try context.stop.finishing { () throws(GoogleCloudError) in try source.client.get(name) }
        } catch { throw BrokerError(error) }
        var flow = SubscriberSettings()
        flow.outstandingMessages = 2_000
        flow.outstandingBytes = Self.bytes
        flow.ackDeadline = Self.lease
        subscriber = Subscriber(source.client, to: name, flow)
    }

    let isStream = true

    /// Reads until no message came for ``PubSubSource/idle``, or a stop is requested.
    func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) {
        defer { subscriber.stop() }
        var next = Int(try StoredPositions(folder: folder).position(of: key) ?? 0)
        var bytesRead: Int64 = 0
        var lastMessage = ContinuousClock.now
        while !stop.isSet {
            queue.beat()
            let deliveries: [Delivery]
            do throws(GoogleCloudError) {
                deliveries = try subscriber.next(timeout: .milliseconds(100), most: Self.batchPackets)
            } catch { throw BrokerError(error) }
            guard !deliveries.isEmpty else {
                if let idle = source.idle, .now - lastMessage > idle { return }
                continue
            }
            lastMessage = .now
            bytesRead += Int64(deliveries.map(\.message.data.count).reduce(0, +))
            guard queue.put(batch(deliveries, from: next, bytesRead: bytesRead)) else { return }
            next += deliveries.count
        }
    }

    /// Messages as packets, numbered from `first` on.
    private func batch(_ deliveries: [Delivery], from first: Int, bytesRead: Int64) -> IntakeBatch {
        let packets = zip(first..., deliveries).map { number, delivery in
            let location = PacketLocation(
                source: key.name, member: delivery.message.messageID, ordinal: number, byte: Int64(number))
            return Packet(bytes: delivery.message.data[...], location: location)
        }
        return IntakeBatch(
            source: key, packets: packets, arrivals: deliveries.map(\.message.arrival),
            origins: deliveries.map { PacketOrigin(attributes: $0.message.attributes) },
            progress: Progress(bytesRead: bytesRead, total: nil),
            receipt: PubSubReceipt(intake: self, deliveries: deliveries, first: first))
    }

    func admit(_ deliveries: ArraySlice<Delivery>) { open.withLock { $0 += deliveries } }

    func didCommit() {
        let deliveries = open.withLock { open in
            defer { open.removeAll() }
            return open
        }
        if !deliveries.isEmpty { subscriber.ack(deliveries) }
    }

    func rollBack() { open.withLock { $0.removeAll() } }

    /// Sends pending acknowledgements, and returns all other messages.
    func close() { subscriber.close(timeout: .seconds(30)) }
}

extension PubSub.PubsubMessage {
    /// The timestamp of the survey's Kafka, or else of Pub/Sub, ms since 1970 UTC; 0 where there is neither.
    fileprivate var arrival: Int64 {
        if let text = attributes["kafka.timestamp"], let time = Int64(text) { return time }
        return publishTime.map { $0.seconds * 1_000 + Int64($0.nanoseconds / 1_000_000) } ?? 0
    }
}

extension BrokerError {
    init(_ error: GoogleCloudError) { self.init(.intake, path: "", detail: error.description) }
}
