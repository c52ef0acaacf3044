import Alerts
import Filters
import Foundation
import Packets

/// Evaluates a hundred filters of three to five cuts on alerts, on one core, and prints what they cost beside decoding.
///
/// Usage: filters-benchmark TARBALL [ALERTS]
let words = CommandLine.arguments
guard words.count >= 2 else {
    print("usage: filters-benchmark TARBALL [ALERTS]")
    exit(2)
}
let wanted = words.count > 2 ? Int(words[2]) ?? 2000 : 2000
var packets: [ArraySlice<UInt8>] = []
let reader = try PacketReader(source: .file(path: words[1]))
while packets.count < wanted, let batch = try reader.nextBatch(maxPackets: wanted, maxBytes: 1 << 28) {
    packets += batch.packets.prefix(wanted - packets.count).map(\.bytes)
}

var decoder = AlertDecoder()
var alerts: [DecodedAlert] = []
let clock = ContinuousClock()
let decoding = try clock.measure {
    for packet in packets { try decoder.decode(packet) { alerts.append($0) } }
}
guard let survey = alerts.first?.schema.survey else {
    print("no alerts in \(words[1])")
    exit(1)
}

/// Filters as astronomers write them, each with other bounds; a third look at the history.
func filter(_ number: Int) -> String {
    let bound = 17 + Double(number) / 40
    if survey == .lsst {
        switch number % 3 {
        case 0:
            return """
                SELECT NOT isNegative AS is_positive, psfFlux > \(number * 10) AS is_bright, reliability > 0.5 AS is_real,
                  pixelFlags_edge IS NOT TRUE AS is_inside FROM alert
                """
        case 1:
            return """
                SELECT snr > \(5 + number % 20) AS is_significant, band IN ('g', 'r', 'i') AS is_optical,
                  abs(dec) < \(30 + number % 60) AS is_low, ssObjectId IS NULL AS is_static, psfFlux > 0 AS is_positive FROM alert
                """
        default:
            return """
                SELECT psfFlux > 0 AS is_positive, (SELECT count(*) FROM detections WHERE psfFlux > 0) >= \(2 + number % 4) AS again,
                  (SELECT max(psfFlux) FROM detections) < \(number * 100) AS is_faint FROM alert
                """
        }
    }
    switch number % 3 {
    case 0:
        return """
            SELECT isdiffpos = 't' AS is_positive, magpsf < \(bound) AS is_bright, rb > 0.5 AS is_real, nbad = 0 AS is_clean
            FROM alert
            """
    case 1:
        return """
            SELECT jd - jdstarthist < \(number % 30) AS is_young, distpsnr1 > 1.5 AS no_neighbour, fid IN (1, 2) AS is_optical,
              abs(dec) < \(30 + number % 60) AS is_low, ssdistnr < 0 AS is_static FROM alert
            """
    default:
        return """
            SELECT isdiffpos = 't' AS is_positive,
              (SELECT count(*) FROM detections WHERE isdiffpos = 't') >= \(2 + number % 4) AS again,
              (SELECT min(magpsf) FROM detections) > \(bound) AS is_faint FROM alert
            """
    }
}

let engine = try FilterEngine(survey)
let filters = try (0..<100).map { number in
    try engine.compile(FilterText(name: "f\(number)", survey: survey, sql: filter(number), path: "f\(number).sql"))
}
var passes = 0
var times: [Double] = []
for _ in 0..<7 {
    let time = try clock.measure {
        for alert in alerts {
            try engine.with(alert) {
                Result { () throws(FilterError) in
                    for filter in filters where try engine.verdict(of: filter).pass { passes += 1 }
                }
            }.get()
        }
    }
    times.append(time / .microseconds(1) / Double(alerts.count))
}
times.sort()
let each = decoding / .microseconds(1) / Double(alerts.count)
print(
    "100 filters of \(survey.title)\t\(alerts.count) alerts\tmedian \(String(format: "%.1f", times[3])) us an alert\tbest "
        + "\(String(format: "%.1f", times[0]))\t\(String(format: "%.1f", times[3] / each)) times its decoding\t"
        + "\(passes / 7) passes")
