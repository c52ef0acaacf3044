// Sends the packets of a file to a topic as fast as the server takes them, at a steady rate, or as fast as a group reads
// them, so that more goes through a server than it can hold.
//   kafka-load HOST:PORT TOPIC FILE [--alerts N] [--rate PER-SECOND] [--group NAME --ahead MESSAGES-OF-A-PARTITION]
import Foundation

var words = CommandLine.arguments.dropFirst()
guard words.count >= 3, words.count % 2 == 1 else {
    print("usage: kafka-load HOST:PORT TOPIC FILE [--alerts N] [--rate R] [--group NAME --ahead N]")
    exit(2)
}
let (brokers, topic, file) = (words.removeFirst(), words.removeFirst(), words.removeFirst())
var options: [String: String] = [:]
while let name = words.popFirst() { options[name] = words.popFirst() }

var load = try Load(brokers: brokers, topic: topic, group: options["--group"])
load.alerts = options["--alerts"].flatMap { Int($0) } ?? .max
load.rate = options["--rate"].flatMap { Double($0) }
load.ahead = options["--ahead"].flatMap { Int64($0) } ?? .max
print(try load.send(file))
