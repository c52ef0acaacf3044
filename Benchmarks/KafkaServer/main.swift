// librdkafka's own cluster, of one server, on a port of loopback: it speaks the protocol over TCP and keeps to a fetch's
// bounds, but holds no more than 5 MB of a partition, in memory. Prints its address, and ends with its standard input.
//   kafka-server TOPIC PARTITIONS [TOPIC PARTITIONS ...]
internal import CKafka
internal import Foundation

let words = Array(CommandLine.arguments.dropFirst())
guard !words.isEmpty, words.count % 2 == 0 else {
    print("usage: kafka-server TOPIC PARTITIONS [TOPIC PARTITIONS ...]")
    exit(2)
}
let configuration = rd_kafka_conf_new()
// The client brings the cluster with it.
rd_kafka_conf_set(configuration, "test.mock.num.brokers", "1", nil, 0)
guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0),
    let cluster = rd_kafka_handle_mock_cluster(client), let address = rd_kafka_mock_cluster_bootstraps(cluster)
else {
    print("librdkafka made no cluster")
    exit(1)
}
for index in stride(from: 0, to: words.count, by: 2) {
    guard let partitions = Int32(words[index + 1]),
        rd_kafka_mock_topic_create(cluster, words[index], partitions, 1) == RD_KAFKA_RESP_ERR_NO_ERROR
    else {
        print("no topic \(words[index]) of \(words[index + 1]) partitions")
        exit(1)
    }
}
// Not through stdio, which keeps it back from a pipe.
FileHandle.standardOutput.write(Data("\(String(cString: address))\n".utf8))
while readLine() != nil {}
