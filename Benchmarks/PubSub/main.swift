// Publishes alerts to a Pub/Sub topic and pulls them again: pubsub-benchmark HOST:PORT [ALERTS] [BYTES]
// One line of JSON: alerts and seconds of each way. `scripts/bench-pubsub` runs it beside Google's own Python client.
import GoogleAuth
import Foundation
import PubSub

let words = CommandLine.arguments
guard words.count > 1 else {
    FileHandle.standardError.write(Data("usage: pubsub-benchmark HOST:PORT [ALERTS] [BYTES]\n".utf8))
    exit(2)
}
let alerts = words.count > 2 ? Int(words[2]) ?? 20_000 : 20_000
let bytes = words.count > 3 ? Int(words[3]) ?? 65_000 : 65_000

let client = try PubSubClient(credentials: .none, emulator: words[1])
let project = "bench-\(ProcessInfo.processInfo.processIdentifier)"
let topic = TopicName(project: project, id: "ztf_alert_data")
let name = SubscriptionName(project: project, id: "ztf_alert_data-counter")
try client.create(PubSub.Topic(topic))
try client.create(PubSub.Subscription(name, topic: topic))

/// Bytes that do not compress, as an alert's cutouts do not.
var random = SystemRandomNumberGenerator()
let packet = (0..<bytes).map { _ in UInt8.random(in: 0...255, using: &random) }
let attributes = ["objectId": "ZTF21aaqgmjt", "candid": "1548252010015010003", "kafka.timestamp": "1617000000000"]

let clock = ContinuousClock()
let publishing = try clock.measure {
    let publisher = Publisher(client, to: topic)
    for _ in 0..<alerts { try publisher.publish(packet, attributes: attributes) }
    try publisher.close()
}
var pulled = 0
var pulledBytes = 0
let pulling = try clock.measure {
    let subscriber = Subscriber(client, to: name)
    while pulled < alerts {
        let deliveries = try subscriber.next(timeout: .seconds(30))
        guard !deliveries.isEmpty else { break }
        pulled += deliveries.count
        pulledBytes += deliveries.reduce(0) { $0 + $1.message.data.count }
        subscriber.ack(deliveries)
    }
    subscriber.close(timeout: .seconds(30))
}
// A rate of a part would be no rate: better no figure.
guard pulled >= alerts, pulledBytes == pulled * bytes else { fatalError("\(pulled) of \(alerts) alerts came") }
print(
    """
    {"client": "nightjar", "alerts": \(alerts), "bytes": \(bytes), "publish_seconds": \(publishing / .seconds(1)), \
    "pull_seconds": \(pulling / .seconds(1))}
    """)
