// How fast the wrapper drains a topic, beside kcat on the same topic in the same run, by turns.
//   kafka-benchmark HOST:PORT [MESSAGES [BYTES]]
internal import Foundation
internal import Kafka

let words = CommandLine.arguments
guard words.count >= 2 else {
    print("usage: kafka-benchmark HOST:PORT [MESSAGES [BYTES]]")
    exit(2)
}
let brokers = words[1]
let count = words.count > 2 ? Int(words[2]) ?? 10_000 : 10_000
let size = words.count > 3 ? Int(words[3]) ?? 60_000 : 60_000
let clock = ContinuousClock()

func perSecond(_ work: () throws -> Void) rethrows -> Double {
    let seconds = try clock.measure(work) / .seconds(1)
    return Double(count) / seconds
}

func drain(_ topic: String, _ partitions: Int32) throws {
    let consumer = try KafkaConsumer(KafkaConfiguration(brokers: brokers), group: nil)
    try consumer.assign(
        Dictionary(uniqueKeysWithValues: (0..<partitions).map { (KafkaPartition(topic, $0), KafkaStart.beginning) }))
    var ended: Set<KafkaPartition> = []
    var received = 0
    var checksum: UInt8 = 0
    while ended.count < Int(partitions) {
        let poll = try consumer.poll(timeout: .seconds(1))
        received += poll.messages.count
        for message in poll.messages { checksum &+= message.payload.last ?? 0 }
        for case .reachedEnd(let partition, _) in poll.events { ended.insert(partition) }
    }
    precondition(received == count, "\(received) of \(count) messages came")
    try consumer.close()
}

func kcat(_ topic: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["kcat", "-C", "-b", brokers, "-t", topic, "-o", "beginning", "-e", "-q"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
}

let topic = "benchmark-\(UUID().uuidString)"
let partitions: Int32 = 4
let admin = try KafkaAdmin(KafkaConfiguration(brokers: brokers))
try admin.create(topic: topic, partitions: partitions)
defer { try? admin.delete(topic: topic) }
let producer = try KafkaProducer(KafkaConfiguration(brokers: brokers))
let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
let sent = try perSecond {
    for number in 0..<count {
        try producer.send(topic: topic, partition: Int32(number) % partitions, payload: payload[...])
    }
    try producer.flush()
}
print("\(count) messages of \(size) bytes, \(partitions) partitions")
print("sent      \(Int(sent)) messages/s, \(Int(sent * Double(size) / 1e6)) MB/s")
var ours: [Double] = []
var theirs: [Double] = []
for _ in 0..<5 {
    theirs.append(try perSecond { try kcat(topic) })
    ours.append(try perSecond { try drain(topic, partitions) })
}
let median = (ours: ours.sorted()[2], theirs: theirs.sorted()[2])
print("kcat      \(Int(median.theirs)) messages/s, \(Int(median.theirs * Double(size) / 1e6)) MB/s")
print("nightjar  \(Int(median.ours)) messages/s, \(Int(median.ours * Double(size) / 1e6)) MB/s")
print("ratio     \((median.ours / median.theirs * 100).rounded() / 100)")
