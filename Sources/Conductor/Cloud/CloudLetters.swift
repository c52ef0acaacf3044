internal import CloudBroker
internal import GoogleAuth
internal import Pipeline
internal import PubSub

/// The dead letters of a night, in the subscription that counts them: they are read and given back, so that they stay.
struct CloudLetters {
    private static let mostLetters = 100_000
    /// How long a letter is waited for, and how often.
    private static let wait = Duration.seconds(2)
    private static let waits = 5
    private static let patience = Duration.seconds(10)

    let names: CloudNames
    let client: PubSubClient

    /// Where the night's dead letters were on Kafka.
    ///
    /// A message is one letter, however many stages could not use it.
    /// - Parameters:
    ///   - slice: The night's messages.
    ///   - stored: Messages that are stored in spite of a letter.
    ///   - count: As many are looked for; as soon as they are found, no more are waited for.
    /// - Returns: The letters' places.
    /// - Throws: ``ControlError``, also where there are too many to read.
    func places(
        in slice: NightSlice, but stored: Set<CloudPlace>, atLeast count: Int
    ) throws(ControlError) -> Set<CloudPlace> {
        try GoogleWorkers.attempt("read the dead letters", .subscriptions) { () throws(GoogleCloudError) in
            let name = SubscriptionName(project: names.project, id: names.counter(.deadLetters))
            var settings = SubscriberSettings()
            settings.outstandingMessages = Self.mostLetters
            let subscriber = Subscriber(client, to: name, settings)
            // What was not acknowledged is given back.
            defer { subscriber.close(timeout: Self.patience) }
            var (places, letters, idle): (Set<CloudPlace>, Set<String>, Int) = ([], [], 0)
            while places.count < max(1, count), idle < Self.waits {
                let deliveries = try subscriber.next(timeout: Self.wait)
                idle = deliveries.isEmpty ? idle + 1 : 0
                for delivery in deliveries {
                    letters.insert(delivery.message.messageID)
                    guard let place = CloudPlace(delivery.message.attributes), place.isIn(slice),
                        !stored.contains(place)
                    else { continue }
                    places.insert(place)
                }
                guard letters.count < Self.mostLetters else {
                    throw GoogleCloudError(
                        .outOfRange, service: GoogleService.pubSub.rawValue, resource: name.path,
                        detail: "more than \(Self.mostLetters) dead letters")
                }
            }
            return places
        }
    }
}

extension CloudPlace {
    /// The place in a message's attributes; `nil` where they do not tell it.
    init?(_ attributes: [String: String]) {
        guard let origin = PacketOrigin(attributes: attributes), let topic = origin.topic,
            let partition = origin.partition, let offset = origin.offset
        else { return nil }
        self.init(topic: topic, partition: partition, offset: offset)
    }

    /// Whether it is one of a night's messages.
    func isIn(_ slice: NightSlice) -> Bool {
        slice.partitions.contains { part in
            guard part.topic == topic, part.number == partition, let from = part.from, let to = part.to else {
                return false
            }
            return (from..<max(from, to)).contains(offset)
        }
    }
}
