import Alerts
import Foundation
import Packets

/// Decodes packets to typed alerts on one core, again and again, and prints the rate.
///
/// Usage: decode-benchmark TARBALL [ALERTS]
let words = CommandLine.arguments
guard words.count >= 2 else {
    print("usage: decode-benchmark TARBALL [ALERTS]")
    exit(2)
}
let wanted = words.count > 2 ? Int(words[2]) ?? 2000 : 2000
var packets: [ArraySlice<UInt8>] = []
let reader = try PacketReader(source: .file(path: words[1]))
while packets.count < wanted, let batch = try reader.nextBatch(maxPackets: wanted, maxBytes: 1 << 28) {
    packets += batch.packets.prefix(wanted - packets.count).map(\.bytes)
}
let bytes = packets.reduce(0) { $0 + $1.count }

var decoder = AlertDecoder()
var points = 0
let clock = ContinuousClock()
var rates: [Double] = []
for _ in 0..<21 {
    let time = try clock.measure {
        for packet in packets {
            try decoder.decode(packet) { decoded in
                points += decoded.alert.lightCurve.detections.count + decoded.alert.lightCurve.upperLimits.count
            }
        }
    }
    rates.append(Double(packets.count) / (time / .seconds(1)))
}
rates.sort()
let median = rates[10]
print(
    "nightjar-typed\t\(packets.count)\tmedian \(Int(median)) alerts/s\tbest \(Int(rates[20]))\tworst \(Int(rates[0]))\t"
        + "\(Int(median * Double(bytes) / Double(packets.count) / 1e6)) MB/s\t\(points / 21 / packets.count) points/alert"
)
