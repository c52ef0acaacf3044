import Alerts
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
struct WINTERPacketTests {
    @Test("each camera numbers its filters its own way: 2 is WINTER's J, 1 is WIRC's") func filters() throws {
        for survey in Survey.all where survey.name == "winter" {
            #expect(survey.bands.map(\.name) == ["wintery", "winterj", "winterh", "winterk"])
        }
        let packets = try #require(SharedFolder.alerts).appending(path: "winter")
        for file in ["v0.1/3608701.avro", "invalid_defaults/WIRC21aaaaa_2459303860000.avro"] {
            let bytes = [UInt8](try Data(contentsOf: packets.appending(path: file)))
            var bands: [String?] = []
            var decoder = AlertDecoder()
            try decoder.decode(bytes[...]) { decoded in
                bands.append(decoded.alert.detection.bandpass?.name)
                bands += decoded.alert.lightCurve.detections.map { $0.bandpass?.name }
            }
            #expect(Set(bands) == ["winterj"], "\(file)")
        }
    }
}
