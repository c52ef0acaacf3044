import Alerts
import Plots
import Foundation
import Packets
import Pipeline

/// Draws the plots of a night's fits again and again on one core, and prints what one costs.
///
/// Usage: plots-benchmark TARBALL MODELS [PICTURES] [FILE.png]
let words = CommandLine.arguments
guard words.count >= 3 else {
    print("usage: plots-benchmark TARBALL MODELS [PICTURES] [FILE.png]")
    exit(2)
}
let wanted = words.count > 3 ? Int(words[3]) ?? 100 : 100
var options = try SupernovaOptions(models: words[2])
options.drawsPlots = false
let stage = SupernovaStage(options)
let reader = try PacketReader(source: .file(path: words[1]))
var decoder = AlertDecoder()
var fits: [(alert: Alert, fit: SupernovaFit)] = []
while fits.count < wanted, let batch = try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 28) {
    for packet in batch.packets {
        try? decoder.decode(packet.bytes) { decoded in
            guard fits.count < wanted, case .fit(let fit) = stage.outcome(of: decoded.alert), fit.success else {
                return
            }
            fits.append((decoded.alert, fit))
        }
    }
}
guard !fits.isEmpty else {
    print("no alert of \(words[1]) was fitted")
    exit(1)
}

let clock = ContinuousClock()
var (composing, drawing): ([Double], [Double]) = ([], [])
var bytes = 0
for _ in 0..<7 {
    var figures: [LightCurvePlot] = []
    composing.append(clock.measure { figures = fits.map { stage.plot(of: $0.alert, $0.fit) } } / .milliseconds(1))
    bytes = 0
    drawing.append(try clock.measure { for plot in figures { bytes += try plot.png().count } } / .milliseconds(1))
    if words.count > 4 { try Data(figures[0].png()).write(to: URL(fileURLWithPath: words[4])) }
}
let medians = [composing, drawing].map { times in
    String(format: "%.2f", times.sorted()[times.count / 2] / Double(fits.count))
}
print(
    "a plot: \(medians[0]) ms for the curve and the cutouts, \(medians[1]) ms to draw,"
        + " \(bytes / fits.count) bytes (\(fits.count) plots, one core, median of 7)")
