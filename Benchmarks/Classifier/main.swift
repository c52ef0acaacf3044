import Alerts
import Classifier
import Foundation
import ONNX
import Packets

/// Scores alerts by the classifiers of their survey, on one core, and prints what one alert costs: with a light curve of ten
/// epochs, and over the alerts of a night with those that they have.
///
/// Usage: classifier-benchmark TARBALL CLASSIFIERS MODELS [ALERTS [SCORES.csv]], which has the score of each first class
let words = CommandLine.arguments
guard words.count >= 4 else {
    print("usage: classifier-benchmark TARBALL CLASSIFIERS MODELS [ALERTS [SCORES.csv]]")
    exit(2)
}
let wanted = words.count > 4 ? Int(words[4]) ?? 2_000 : 2_000
var decoder = AlertDecoder()
var alerts: [DecodedAlert] = []
let reader = try PacketReader(source: .file(path: words[1]))
while alerts.count < wanted, let batch = try reader.nextBatch(maxPackets: wanted, maxBytes: 1 << 28) {
    for packet in batch.packets.prefix(wanted - alerts.count) {
        try decoder.decode(packet.bytes) { alerts.append($0) }
    }
}
guard let first = alerts.first else {
    print("no alerts in \(words[1])")
    exit(1)
}
let runtime = try ModelRuntime(models: words[3])
let clock = ContinuousClock()

func microseconds(_ duration: Duration, _ count: Int) -> String {
    String(format: "%.1f us", duration / .microseconds(1) / Double(count))
}

var curves: [[LightCurvePoint]] = []
let reading = clock.measure { curves = alerts.map { LightCurvePoint.points(of: $0.alert) } }
print("ONNX Runtime \(runtime.version); a light curve of a packet: \(microseconds(reading, alerts.count))")
var table = "id,classifier,score\n"
let bands = first.schema.survey.bands.prefix(2)
let ten = (0..<10).map { number in
    let rise = exp(-pow(Double(number) - 5, 2) / 8)
    return LightCurvePoint(
        mjd: 60_000 + 3 * Double(number), bandpass: bands[bands.startIndex + number % 2].name,
        flux: 20_000 * rise + 100,
        error: 400)
}
for description in try ClassifierDescription.all(in: words[2])
where description.surveys.contains(where: { $0 === first.schema.survey }) {
    let classifier = try Classifier(description, models: words[3], runtime: runtime)
    // The median of eleven rounds of 500.
    let rounds = try (0..<11).map { _ in
        try clock.measure {
            for _ in 0..<500 { _ = try classifier.scores(of: first, lightCurve: ten, reddening: 0.05) }
        }
    }.sorted()
    var scored = 0
    let night = try clock.measure {
        for (alert, curve) in zip(alerts, curves) {
            guard let scores = try classifier.scores(of: alert, lightCurve: curve, reddening: 0.05) else { continue }
            scored += 1
            if words.count > 5 { table += "\(alert.alert.id),\(classifier.name),\(scores[0])\n" }
        }
    }
    let name = description.name.padding(toLength: 14, withPad: " ", startingAt: 0)
    print(
        "\(name) ten epochs: \(microseconds(rounds[5], 500)); a night's alerts: \(microseconds(night, alerts.count)) each, "
            + "\(scored) of \(alerts.count) have a score")
}
if words.count > 5 { try table.write(toFile: words[5], atomically: true, encoding: .utf8) }
